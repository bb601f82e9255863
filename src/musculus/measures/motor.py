"""motor"""
