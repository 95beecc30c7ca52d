"""The providers: each turns a request into events, and knows no other.

The rule: a vendor's family has a folder and knows no other folder but `carriers`, below all of them; `wrappers` stand around any
provider and know none. What has no vendor (scripts, recordings, estimates) lies beside the folders.
"""
