from blog.cache.versions import Edition
from blog.models.attempt import Attempt
from blog.models.byline import PostAuthor
from blog.models.correction import Correction
from blog.models.image import Image
from blog.models.path import OldPath
from blog.models.post import Post
from blog.models.post_batch import PostBatch
from blog.models.revision import Revision
from blog.models.site import Site
from blog.models.tag import FormerName, PostTag, Tag, TagAlias
from blog.models.tag_merge import TagMerge
from blog.models.user import Role, User, UserAlias

__all__ = [
    "Attempt",
    "Correction",
    "Edition",
    "FormerName",
    "Image",
    "OldPath",
    "Post",
    "PostAuthor",
    "PostBatch",
    "PostTag",
    "Revision",
    "Role",
    "Site",
    "Tag",
    "TagAlias",
    "TagMerge",
    "User",
    "UserAlias",
]
