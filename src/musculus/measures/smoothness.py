"""smoothness"""
