"""Purchases that cost money: how many are allowed, how many were made, and what keeps all others from being sent."""
