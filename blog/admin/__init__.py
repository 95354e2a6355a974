from blog.admin import images, people, posts, site, tags

__all__ = ["images", "people", "posts", "site", "tags"]
