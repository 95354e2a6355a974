"""An essay as people paste it: lines broken by hand, a centred title, marks that Markdown reads."""

TITLE = "THE LAST FERRY TO SALTBY"
WRAPPED = """\
                          THE LAST FERRY TO SALTBY

My grandmother kept a timetable in the drawer with the good spoons, and she
consulted it on Sundays -- though the ferry it described had been sold for
scrap before I was born. Nobody in the house thought this odd. We had all of
us learned to read from it.

The ferry left at seven. It left at seven in the rain, and it left at seven
on the morning the harbour froze, when the captain walked round the hull
with a kettle. There was a HIGH* season and a low one, and the fares for
both were printed in a type so small that my uncle used a jeweller's glass.

I have tried to find out what became of the crew. The records of the line
are in a cellar, in a town forty miles from any water, and she who keeps
them there, and dusts them, and knows them nearly all by heart, is twenty-
six and has never been on a boat. She was kind to me. She brought two lamps.

What I found was mostly coal. Coal bought, coal burned, coal quarrelled over
in letters that begin with great politeness and end with none. One clerk
wrote "I remain, Sir, yours" -- and then struck out the last word of it.

There are 3 * 4 cabins on the plan and eleven in the photograph, and I do
not know which of them is lying. A plan is a promise. A photograph was taken
on one afternoon, by a man who wanted his lunch.

It is a well-known fact about timetables that they outlive what they promise
by at least a generation. The paper is good. The drawers are dry. People who
would throw away a letter from their own mother will keep a list of sailings.

On the last page somebody has pencilled a row of figures, and under them the
word "enough". My mother says it is the price of a ticket. My uncle says it
is the depth of the water at the third step, measured with a broom.

I went down to the pier in the end -- one does. The third step is still
there and the fourth is not, and at seven in the morning a man was standing
on it with a suitcase, looking at the place where the ferry would have been.

We did not speak. It would have been like talking in church, or to somebody
who is counting. When the clock had finished he picked up the suitcase and
went home, and so did I, and the water went on with what it was doing.

* The season was HIGH from the first of June until the second Sunday after
the regatta, or until the captain said that it was over.
"""


def letters(text: str) -> str:
    """What may not get lost: everything but spaces and line breaks."""
    return "".join(text.split())
