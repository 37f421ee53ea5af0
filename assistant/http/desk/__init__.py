"""The desk of those who answer in the chat: pages, what their forms send, and what streams to them."""
