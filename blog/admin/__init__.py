from blog.admin import (
    corrections,
    images,
    jobs,
    people,
    post_batches,
    posts,
    redirects,
    site,
    tag_merges,
    tags,
)

__all__ = [
    "corrections",
    "images",
    "jobs",
    "people",
    "post_batches",
    "posts",
    "redirects",
    "site",
    "tag_merges",
    "tags",
]
