from blog.admin import corrections, images, jobs, people, posts, site, tags

__all__ = ["corrections", "images", "jobs", "people", "posts", "site", "tags"]
