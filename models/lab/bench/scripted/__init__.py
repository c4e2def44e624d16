"""Scripted activity: raw rows of sessions in which it is known what was done."""
