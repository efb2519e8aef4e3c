"""The puppet: a small model of one character, fitted to THA3 in minutes and played faster than any camera needs.

`poses` says where to look, `sampling` asks the exact renderer, `fit` makes `model` follow it, `check` judges,
`file` keeps the result, `player` shows it. Playing needs neither torch nor the THA3 weights.
"""
