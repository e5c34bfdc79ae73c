"""Replies into facts: tags with giver, scope and condition; requests with the line they answer; questions.

review = read_review(series)
for entry in review.patches:
    print(entry.patch.subject, [tag.line for tag in entry.tags], [request.says for request in entry.requests])
"""

from reviewbot.review.model import Anchor, PatchReview, Question, Remark, Request, Review, Tag
from reviewbot.review.people import fold_name, person_key, same_person
from reviewbot.review.read import Reader, read_review, read_reviews

__all__ = [
    "Anchor",
    "PatchReview",
    "Question",
    "Reader",
    "Remark",
    "Request",
    "Review",
    "Tag",
    "fold_name",
    "person_key",
    "read_review",
    "read_reviews",
    "same_person",
]
