"""winslow"""
