"""What answers: an in-process mock, an emulator behind a URL, or AWS, with clock, accounts and purchases."""
