"""An essay of the model page's shape (spec/publishing.md, part 1), with its picture and cards.

1,129 words with its four pull quotes, each of which repeats a sentence of the text.
"""

from dataclasses import dataclass

TITLE = "“This Is Only a Test”: The Siren at Noon, and What a Town Agrees Never to Hear"
DECK = (
    "On the first Wednesday of the month a harbour town rehearses its own end for ninety seconds,"
    " and then returns to its soup. Who is warned?"
)
ALT = (
    "Photograph, taken from below, of a white siren on a lattice mast. On the plate under it"
    ' stands, in red capitals, "WHEN THIS SOUNDS [3 × 30 SECONDS] LEAVE THE QUAY"; somebody has'
    ' scratched "why?" into the paint beside it. Behind the mast a ferry lies at the pier with its'
    " ramp down, and on the ramp a woman in a yellow coat eats an apple. She has her back to it and"
    " does not seem to mind."
)
CAPTION = "The siren on Pilot’s Hill, at four minutes past noon."
LABEL = "Harrowmouth"
TAGS = [
    *("Harrowmouth", "diary", "United States of America", "Civil Defence", "noise", "Cold War"),
    *("Ferries", "weather", "Public Space", "Crime and Punishment", "Habit", "bells", "Fire"),
    *("Local Government", "Lighthouses", "e-mail", "Radio", "tarrifs", "Television", "Soup"),
    *("Insurance", "risk", "Schools", "Q&A", "Sociology", "History of Ideas", "Maps", "patience"),
    *("Trust", "Telephones", "Élite", "Hospitals", "Germany", "Japan", "Floods", "Childhood"),
    *("Work", "Music", "Dogs", "C++", "Language", "Attention", "Memory", "opinion", "Zebras"),
]
BODY = """\
On the first Wednesday of every month, at noon, the siren on Pilot’s Hill tells the town of \
Harrowmouth that it is about to drown. It says so in three rising howls of thirty seconds each, \
and for as long as they last you cannot hear the gulls. Then it stops, the gulls resume, and in \
the canteen of the ferry company somebody asks whether there is any more of the soup.

I moved here in a March, on a Tuesday, and so I had been a resident for about nineteen hours when \
I heard it first. I did what the plate on the mast says. I took my coat, I left the kettle on, and \
I walked uphill fast. On the way I passed eleven people and a dog. None of them walked. One \
of the eleven, a man on a ladder, called down to me, “First Wednesday, is it?”, and went on \
painting his gutter.

It was explained to me afterwards, kindly, by everyone. The siren is tested so that people will \
know that it works. People know that it works because it is tested. Nobody has asked for thirty \
years what it would sound like on a day when it meant it, because the answer is known too: it \
would sound the same. A warning that is rehearsed for ever becomes a clock. That is not a \
complaint. There are worse things to be than a clock, and the bakery puts its second batch in by it.

::: pullquote
A warning that is rehearsed for ever becomes a clock.
:::

Still, I wanted to know who is being warned, and of what, and whether it is possible to take a \
warning seriously once a month for ninety seconds. I began with the woman who presses \
the button.

## The keeper’s daughter: a button and a biscuit tin

Her name is Ottilie Brand and she works in the harbour office, two days a week, mostly on mooring \
fees. Her father kept the siren before her. The button is not red. It is a brown switch from a \
house that was pulled down, screwed to the wall above the biscuits, and beside it hangs a \
calendar from a firm of undertakers in which the first Wednesdays are ringed until the December \
after next. <q>People ask me if I ever want to press it on a Thursday</q>, she said. <q>I tell \
them it is the only thing I have ever wanted.</q>

She has never done it. She did once, in a winter of bad colds, forget it, and this is the part of \
the story that I had come for. By twenty past twelve the telephone had rung forty times. The \
school had kept its children in. A captain had held his boat at the pier with the ramp up, since, \
as he put it in the log, “no signal had been received that there was no emergency”. Not one of \
these people had lifted their head at a siren in years. The town does not hear the siren; it hears \
the silence where the siren should have been.

::: pullquote
The town does not hear the siren; it hears the silence where the siren should have been.
:::

I have thought about that captain often. We do \
not listen to the engine of the bus, or to the refrigerator, or to our own friends telling us \
that they are fine, until the note changes. Attention is dear, and we spend it on difference. The \
people who write to the council that the siren is “a nuisance and an insult to the intelligence” \
(there are four of them, and they write every month, and Ottilie files them by the moon) believe \
that they are the only ones awake. I suspect that they are the only ones asleep. They hear a \
noise. Everybody else hears that it is Wednesday.

## What the plate says

And yet there is the plate. It was put up after the flood of 1953, when there was no siren and \
the water came over the quay at three in the morning and went into the beds. Nineteen people \
are named on the stone behind the customs house. Their neighbours, who had been lucky by a flight \
of stairs, bought the siren by subscription, with a dance, two raffles and the proceeds of a pig. \
The minutes of that committee are the angriest papers that I have ever read, and there is \
hardly an adjective in them. We resolve that nobody in this town shall be able to say again that \
they were not told.

::: pullquote
We resolve that nobody in this town shall be able to say again that they were not told.
:::

You will notice what they did not resolve. They did not resolve that people should leave, or \
that there should be anywhere to go. There is a school on the hill, and its hall holds two \
hundred, standing; the town has six thousand. I asked at the council what the plan was for the \
others. A young man with a lanyard looked for some time at a screen and told me that the plan was \
being updated. It has been in the course of being updated, the librarian says, since the year of \
the decimal coinage. So what we rehearse each month is not a rescue. It is an excuse, made out in \
advance, in which every one of us takes part by going on with our soup.

That would be a bitter place to stop, and I might have stopped there but for the night of the \
ninth of November.  At ten to four, on a Sunday, in no month’s first \
anything, Ottilie Brand was woken by a call from the lightship, and went down to the harbour \
office in her nightdress and her father’s boots, and pressed the brown switch above the biscuits.

I can tell you what it sounds like on a day when it means it. It does not sound the same. It is \
the same horn, and the same three howls, and within a minute there were lights in every window \
from the quay to the chapel. Nobody asked what day it was. People who had not raised an eyebrow in \
thirty years were on the hill in their coats in eleven minutes, with the dog, and the man from \
the ladder was carrying somebody’s mother. The water came to the second step of the customs house, \
looked about, and left. We had been listening all along, the way one listens to rain. There were \
two hundred of us in the hall and the rest in the road, and somebody had brought soup.

::: pullquote
We had been listening all along, the way one listens to rain.
:::

On the first Wednesday of December it rang at noon. I was in the canteen. I am told that I did \
not look up.
"""
HEADINGS = ["The keeper’s daughter: a button and a biscuit tin", "What the plate says"]
THIRD_HEADING = "After the water"
PULL_QUOTES = [
    "A warning that is rehearsed for ever becomes a clock.",
    "The town does not hear the siren; it hears the silence where the siren should have been.",
    "We resolve that nobody in this town shall be able to say again that they were not told.",
    "We had been listening all along, the way one listens to rain.",
]

EXCERPT = (
    "On the first Wednesday of every month, at noon, a siren tells the town of Harrowmouth that it"
    " is about to drown, and nobody puts down a spoon. This is an essay about the brown switch that"
    " sets it off, about the woman who keeps it above the biscuits, about a captain who once would"
    " not sail because nothing had warned him, and about one night in November on which six"
    " thousand people proved that they had been listening for thirty years without ever hearing a"
    " thing."
)


@dataclass(frozen=True)
class Card:
    title: str
    label: str
    excerpt: str
    alt: str


CARDS = [
    Card(
        "The Last Typist of Pier Nine",
        "Work",
        "For forty-one years Agnes Pell has typed the cargo lists of a pier at which nothing has"
        " been landed since the spring that the cranes were sold. She types them in three copies,"
        " the third for a ministry that no longer exists, and every month a cheque arrives. Our"
        " reporter sat beside her for a week, learned to change a ribbon, and came away with a"
        " question about the rest of us: who reads what we write, and do we want to know?",
        'A desk by a window, on it a black typewriter with the words "PROPERTY OF PIER NINE [DO NOT'
        ' REMOVE]" on its side. Through the glass a row of crane stumps is seen in the rain.',
    ),
    Card(
        "Against the Shortcut: Notes from a Town Whose Streets Were Drawn by a Cow, and Would"
        " Not Be Corrected",
        "Élite",
        "There is a straight way from the station to the market in Saltby and nobody takes it. The"
        " surveyors drew it, the council paved it, and for a hundred and twelve years the people of"
        " the town have walked round by the tannery, as the cows did, because that is where one"
        " meets. A report from the bend, with a map that is wrong on purpose and the answer of an"
        " engineer who has given his working life to a road on which he has yet to see a single"
        " human being.",
        "An engraving of a market town from above, in which every street bends. Beside the station"
        ' runs one straight line, dotted, with the words "the Improvement"; a cow stands across it'
        " and looks out of the picture at whoever holds it.",
    ),
    Card(
        "What the Rain Owes Us: A Reply to the Insurers, with Some Arithmetic",
        "Insurance",
        "The letter was addressed to the occupier, and it said that the water in the cellar had"
        " not, within the meaning of the policy, come in. It had risen. Between the rain that comes"
        " in and the rain that rises lie nine thousand pounds and the whole philosophy of the firm,"
        " and it took our author two years, a plumber and a retired judge to cross from one to the"
        " other. She kept the letters. Here they are, with her remarks, and with the sum that she"
        " was offered to leave them out.",
        "A cellar with a bicycle in it, half under brown water. On the wall somebody has ruled a"
        ' line in chalk and written beside it "HERE [Tuesday]"; above it there is another, fainter,'
        " marked 1953, and above that one a shelf with eleven jars of plums, all of them dry, and a"
        " folded paper boat.",
    ),
]
