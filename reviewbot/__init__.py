"""Patch-series review and backport assistant for the Xen hypervisor."""

__version__ = "0.1.0"
