"""How a proposal is shown: through the desktop's notifications where they have buttons, else a window of ours."""
