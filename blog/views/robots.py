"""/robots.txt: what the site asks of programs that read it, by their purpose."""

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

from blog.middleware import Request

ANSWERS, TRAINING = "answers", "training"

# Their documentation, with the purposes of their crawlers. Visits on behalf of one person may not
# obey robots.txt.
OPENAI = "https://platform.openai.com/docs/bots"
ANTHROPIC = "https://support.claude.com/en/articles/8896518"
PERPLEXITY = "https://docs.perplexity.ai/guides/bots"
AMAZON = "https://developer.amazon.com/amazonbot"
META = "https://developers.facebook.com/docs/sharing/webmasters/web-crawlers"
CRAWLERS = (
    ("OAI-SearchBot", ANSWERS, OPENAI),
    ("ChatGPT-User", ANSWERS, OPENAI),
    ("Claude-SearchBot", ANSWERS, ANTHROPIC),
    ("Claude-User", ANSWERS, ANTHROPIC),
    ("PerplexityBot", ANSWERS, PERPLEXITY),
    ("Perplexity-User", ANSWERS, PERPLEXITY),
    ("MistralAI-User", ANSWERS, "https://docs.mistral.ai/robots"),
    (
        "DuckAssistBot",
        ANSWERS,
        "https://duckduckgo.com/duckduckgo-help-pages/results/duckassistbot",
    ),
    ("Amzn-SearchBot", ANSWERS, AMAZON),
    ("Amzn-User", ANSWERS, AMAZON),
    ("meta-externalfetcher", ANSWERS, META),
    ("GPTBot", TRAINING, OPENAI),
    ("ClaudeBot", TRAINING, ANTHROPIC),
    (
        "Google-Extended",
        TRAINING,
        "https://developers.google.com/search/docs/crawling-indexing/google-common-crawlers",
    ),
    ("Applebot-Extended", TRAINING, "https://support.apple.com/en-us/119829"),
    ("CCBot", TRAINING, "https://commoncrawl.org/ccbot"),
    ("Amazonbot", TRAINING, AMAZON),
    ("meta-externalagent", TRAINING, META),
    ("AI2Bot", TRAINING, "https://allenai.org/crawler"),
)
# Each address below them leads to the sign-in.
NOT_FOR_PROGRAMS = ("/admin/", "/moderation/")


def robots(request: Request) -> HttpResponse:
    site = request.site
    groups = [_group("Search engines, and all that are not named below", ["*"], site.may_search)]
    for purpose, words, may in (
        (ANSWERS, "Programs that look a page up to answer a question", site.may_answer),
        (TRAINING, "Programs that gather texts to train models", site.may_train),
    ):
        # Crawlers without a group of their own follow the first group.
        if may != site.may_search:
            names = [name for name, is_for, _source in CRAWLERS if is_for == purpose]
            groups.append(_group(words, names, may))
    groups.append([f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}"])
    text = "\n\n".join("\n".join(group) for group in groups) + "\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def _group(words: str, names: list[str], may: bool) -> list[str]:
    places = NOT_FOR_PROGRAMS if may else ("/",)
    rules = [f"User-agent: {name}" for name in names] + [f"Disallow: {place}" for place in places]
    return [f"# {words}", *rules]
