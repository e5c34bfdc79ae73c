"""Renderers: what the other rooms found out, as text, JSON, SARIF, GitHub and GitLab notes. One file a format.

Nothing is decided here; a renderer gets finished values and a stream.
"""
