"""LoRA adapters for the segmenter and the agent: examples, trees of tokens, training, the GGUF file."""
