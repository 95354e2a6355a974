from blog.admin import (
    corrections,
    images,
    jobs,
    people,
    posts,
    redirects,
    site,
    tags,
)

__all__ = [
    "corrections",
    "images",
    "jobs",
    "people",
    "posts",
    "redirects",
    "site",
    "tags",
]
