"""The tiny llama of `tests.tiny_llama` as a Hugging Face folder, weight for weight, and PEFT adapters for it."""

from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaForCausalLM
from transformers.utils import logging as loud


def write_folder(model: Path, folder: Path) -> Path:
    """Write what a GGUF file holds as a folder."""
    loud.disable_progress_bar()
    read = AutoModelForCausalLM.from_pretrained(
        model.parent, gguf_file=model.name, dtype=torch.float32
    )
    del read.config.quantization_config  # it was read from a GGUF file: no model of its own is
    whole = LlamaForCausalLM(read.config)
    whole.load_state_dict(read.state_dict())
    whole.save_pretrained(folder)
    AutoTokenizer.from_pretrained(model.parent, gguf_file=model.name).save_pretrained(folder)
    return folder


def write_lora(folder: Path, out: Path, seed: int = 1) -> Path:
    """Write a random LoRA of rank 4 on all layers for a folder's model."""
    from peft import LoraConfig, get_peft_model

    torch.manual_seed(seed)
    config = LoraConfig(r=4, target_modules="all-linear", task_type="CAUSAL_LM")
    model = get_peft_model(LlamaForCausalLM.from_pretrained(folder), config)
    for name, weight in model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(weight, std=0.3)
    model.save_pretrained(out)
    return out
