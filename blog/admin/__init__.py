from blog.admin import images, jobs, people, posts, site, tags

__all__ = ["images", "jobs", "people", "posts", "site", "tags"]
