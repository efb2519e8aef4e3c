"""How the vowel recogniser is trained and judged; see README.md."""
