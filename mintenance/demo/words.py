"""The word lists: who lives here, what breaks, and what people say about it. British throughout, and all invented."""

# ruff: noqa: E501, SIM905 - lists of words are read across

FIRST_NAMES = (
    "Aisha Alan Amelia Amir Andrew Angela Anita Arthur Barbara Ben Beth Callum Carol Charlotte Chloe Chris Claire Daniel "
    "David Deepa Diane Dylan Edward Eleanor Emily Emma Farah Fiona Frances Freya Gareth George Grace Graham Hannah Harriet "
    "Harry Helen Holly Hugh Ian Imran Isla Jack Jacob James Jamie Jane Jasmine Jean Joanne Joe John Joyce Julia Karen Kate "
    "Kevin Kiran Laura Leah Lewis Liam Linda Lucy Maeve Marcus Margaret Mark Martin Mary Matthew Megan Mei Michael Mohammed "
    "Morag Nadia Naomi Natalie Neil Nicola Niamh Nigel Noah Oliver Olivia Oscar Owen Patricia Paul Pauline Peter Philip "
    "Poppy Priya Rachel Rajesh Rebecca Rhys Richard Robert Rosie Ruth Ryan Sam Samira Sandra Sarah Sean Shirley Sian Simon "
    "Sophie Stephen Stuart Susan Tamsin Tariq Teresa Thomas Tom Tracy Valerie Victoria Wei William Yasmin Yvonne Zara Zoe"
).split()

LAST_NAMES = (
    "Adams Ahmed Ali Allen Anderson Armstrong Atkinson Bailey Baker Barnes Begum Bell Bennett Booth Bradley Brooks Brown "
    "Burns Butler Campbell Carter Chapman Chen Choudhury Clark Clarke Cole Collins Cook Cooper Cox Crawford Cunningham Davies "
    "Dawson Dixon Douglas Duncan Edwards Elliott Ellis Evans Ferguson Fisher Fletcher Foster Fraser Gibson Gill Gordon "
    "Graham Grant Gray Green Griffiths Hall Hamilton Harper Harris Harrison Hart Harvey Hill Holmes Hughes Hunt Hunter "
    "Hussain Jackson James Jenkins Johnson Johnston Jones Kaur Kelly Kennedy Khan King Knight Kumar Lawrence Lee Lewis "
    "Lloyd MacDonald Marshall Martin Mason Matthews McCarthy McLean Miller Mills Mistry Mitchell Moore Morgan Morris Murphy "
    "Murray Nelson O'Connor O'Neill Owen Palmer Parker Patel Pearson Phillips Powell Price Reid Reynolds Richards "
    "Richardson Roberts Robertson Robinson Rogers Ross Russell Ryan Scott Shah Sharma Shaw Simpson Singh Smith Spencer "
    "Stevens Stewart Sutherland Taylor Thomas Thompson Turner Walker Walsh Ward Watson Webb White Wilkinson Williams Wilson "
    "Wong Wood Wright Young"
).split()

STREETS = (
    "Abbey Albert Alma Ash Bath Beech Birch Bridge Canal Castle Chapel Church Clarence Cromwell Derby Devonshire Elm Ferry "
    "Garden Gladstone Granville Grove Hawthorn Hazel High Holly King's Lancaster Laurel Lime London Manor Maple Market Mill "
    "Nelson New North Oak Orchard Park Poplar Prince's Priory Queen's Quarry Railway Richmond Rowan St Mary's School Sidney "
    "South Spring Station Stanley Sycamore Tudor Union Vicarage Victoria Warwick Water Waverley Wellington Wharf Willow York"
).split(" ")

STREET_KINDS = (
    "Road",
    "Road",
    "Road",
    "Street",
    "Street",
    "Lane",
    "Avenue",
    "Close",
    "Terrace",
    "Crescent",
    "Drive",
)

CITIES = (
    # name, postcode area, latitude, longitude, spread in degrees of latitude, how many of all live there
    ("London", "N", 51.5074, -0.1278, 0.14, 26),
    ("Birmingham", "B", 52.4862, -1.8904, 0.08, 12),
    ("Manchester", "M", 53.4808, -2.2426, 0.08, 11),
    ("Leeds", "LS", 53.8008, -1.5491, 0.07, 8),
    ("Glasgow", "G", 55.8642, -4.2518, 0.07, 8),
    ("Bristol", "BS", 51.4545, -2.5879, 0.06, 8),
    ("Sheffield", "S", 53.3811, -1.4701, 0.06, 6),
    ("Edinburgh", "EH", 55.9533, -3.1883, 0.05, 6),
    ("Cardiff", "CF", 51.4816, -3.1791, 0.05, 5),
    ("Newcastle", "NE", 54.9783, -1.6178, 0.05, 5),
    ("Norwich", "NR", 52.6309, 1.2974, 0.04, 3),
    ("Brighton", "BN", 50.8225, -0.1372, 0.03, 2),
)

BUSINESS_ENDINGS = {
    "plumbing": ("Plumbing & Heating", "Plumbing", "Pipe and Drain Services"),
    "electrical": ("Electrical", "Electrical Contractors", "Lighting & Power"),
    "carpentry": ("Joinery", "Carpentry & Joinery", "Fine Woodwork"),
    "painting": ("Decorators", "Painting & Decorating", "Interiors"),
    "landscaping": ("Landscapes", "Garden Design", "Grounds & Gardens"),
    "cleaning": ("Cleaning Services", "Home Cleaning", "Window & Gutter Care"),
    "hvac": ("Heating & Cooling", "Air Conditioning", "Heat Pumps"),
    "appliance": ("Appliance Repairs", "Domestic Appliances", "White Goods Repair"),
}

SKILLS = {
    "plumbing": (
        "Boilers",
        "Bathrooms",
        "Leak detection",
        "Drains",
        "Gas Safe registered",
        "Unvented cylinders",
    ),
    "electrical": (
        "Rewiring",
        "Consumer units",
        "EV chargers",
        "Fault finding",
        "Testing and certificates",
        "Smart home",
    ),
    "carpentry": ("Fitted wardrobes", "Doors", "Staircases", "Sash windows", "Flooring", "Kitchens"),
    "painting": ("Interior painting", "Exterior painting", "Wallpapering", "Plaster repair", "Spraying"),
    "landscaping": ("Patios", "Fencing", "Turf", "Tree surgery", "Planting plans", "Drainage"),
    "cleaning": ("End of tenancy", "Carpets", "Windows", "Gutters", "Ovens"),
    "hvac": (
        "Air source heat pumps",
        "Air conditioning",
        "Ventilation",
        "F-gas certified",
        "Underfloor heating",
    ),
    "appliance": ("Washing machines", "Ovens and hobs", "Dishwashers", "Fridges", "Tumble dryers"),
}

BIOS = (
    "Family firm, {years} years in and around {city}. Tidy, insured, and we turn up when we say we will.",
    "I have worked on homes across {city} for {years} years. No job too small, and no call-out charge for a quote.",
    "Small team of three based in {city}. {years} years in the trade, references from your neighbours on request.",
    "Time-served, fully insured and happy to talk a job through first. Covering {city} and the villages around it.",
)

ROOMS = (
    "kitchen",
    "bathroom",
    "hall",
    "back bedroom",
    "living room",
    "loft room",
    "utility room",
    "dining room",
)
FLATS = ("a new-build flat on the second floor", "an ex-council maisonette")
HOUSES = (
    "a Victorian terrace",
    "a 1930s semi",
    "a bungalow",
    "a Georgian town house",
    "a stone cottage",
    "a detached house from the eighties",
)

# Category → (title, what is wrong, lowest and highest sensible budget in pounds). {room} is one of ROOMS.
JOBS: dict[str, tuple[tuple[str, str, int, int], ...]] = {
    "plumbing": (
        ("Leaking tap in the {room}", "The tap drips day and night, and the washer has been changed once already.", 60, 180),
        ("Radiator stays cold in the {room}", "Bled it twice. The top gets lukewarm, the bottom stays stone cold.", 80, 260),
        ("Replace an old combi boiler", "It is fifteen years old and loses pressure every other day.", 1800, 3600),
        ("Blocked kitchen drain", "Water comes back up whenever the dishwasher empties.", 70, 220),
        ("New shower over the bath", "Thermostatic mixer and a glass screen; the tiles should stay if possible.", 350, 900),
        ("Outside tap for the garden", "Through a cavity wall behind the sink, with a stop valve inside.", 90, 200),
    ),
    "electrical": (
        ("More sockets in the {room}", "We need four double sockets, chased in, and one with USB.", 180, 480),
        ("Consumer unit needs replacing", "Still has rewirable fuses; the survey told us to have it changed.", 450, 900),
        ("Lights flicker in the {room}", "It began after the new dimmer. Two of six spots have gone altogether.", 70, 240),
        ("EV charger on the drive", "7 kW, about nine metres from the meter. The car arrives next month.", 700, 1300),
        ("Full rewire of {house}", "Empty for the next two months, floors may come up.", 4200, 9500),
    ),
    "carpentry": (
        ("Hang five internal doors", "Oak veneer, already bought and acclimatised. Old hinges do not match.", 300, 700),
        ("Fitted wardrobe for the {room}", "An alcove of 2.1 m with a sloping ceiling. Painted, with shelves and a rail.", 900, 2600),
        ("Sash windows rattle and stick", "Four boxes at the front. Cords are broken on two of them.", 600, 1900),
        ("Squeaking stairs", "Every step from the third up. The carpet comes off next week.", 150, 450),
        ("Lay an oak floor in the {room}", "22 square metres of engineered boards over a level screed.", 500, 1400),
    ),
    "painting": (
        ("Paint the {room}", "Walls, ceiling and woodwork. Two coats, paint is here.", 180, 650),
        ("Exterior woodwork needs repainting", "Soffits, bays and front door; the last coat has come off on the weather side.", 700, 2400),
        ("Wallpaper one wall in the {room}", "A large repeat of 64 cm, five rolls bought.", 120, 350),
        ("Decorate {house} before we move in", "Empty and carpetless: five rooms, hall and stairs.", 1800, 5200),
    ),
    "landscaping": (
        ("Replace a blown-down fence", "Seven panels and the posts between them came down in the storm.", 450, 1200),
        ("Patio of about 24 square metres", "Sandstone, on a slope that runs towards the house at present.", 2200, 5200),
        ("Overgrown garden to clear", "Brambles up to the windows and an old shed that may go too.", 250, 900),
        ("New lawn at the back", "Rotavate, level and turf 60 square metres. Access by a side gate of 90 cm.", 500, 1500),
        ("Hedge to be halved", "Leylandii, about four metres high and twelve long. Take everything away.", 250, 700),
    ),
    "cleaning": (
        ("End of tenancy clean", "Two bedrooms, oven and inside of windows included. Keys with the agent.", 140, 320),
        ("Carpets in the {room} and on the stairs", "Wool, pale, with one coffee stain that we are ashamed of.", 80, 220),
        ("Gutters and downpipes to clear", "Three floors at the back, two at the front. A waterfall at one corner.", 80, 240),
        ("Deep clean of the {room} after building work", "Plaster dust in everything, everywhere.", 120, 360),
    ),
    "hvac": (
        ("Air conditioning for the {room}", "Faces south and reaches 31 degrees in summer. One indoor unit would do.", 1200, 2600),
        ("Heat pump instead of an oil boiler", "{House}, radiators are sized already. We have the survey.", 7500, 14000),
        ("Extractor fan in the {room} makes a noise", "It howls, and the mirror stays wet.", 70, 260),
        ("Service two air conditioning units", "Not touched for three years. One smells.", 120, 300),
    ),
    "appliance": (
        ("Washing machine does not drain", "Stops with the water in. The filter is clean.", 60, 180),
        ("Oven does not heat up", "Fan turns, light is on, no heat. Built in, about six years old.", 70, 240),
        ("Dishwasher trips the fuse", "After ten minutes, on every programme.", 60, 200),
        ("Fridge freezer ices up", "A block of ice at the back every two weeks.", 60, 190),
    ),
}  # fmt: skip

DETAILS = (
    "It is {house}, with parking outside.",
    "We are in {house}. Weekdays after four suit us best.",
    "This is {house}; there is a friendly dog.",
    "The place is {house}, empty until the end of the month.",
    "We live in {house} and work from home, so any day is fine.",
)
WISHES = (
    "Please say what is included and whether VAT comes on top.",
    "Photographs attached. Happy to send more.",
    "We would like it done within three weeks or so.",
    "Somebody tidy, please: there is a new baby.",
    "A fixed price would be appreciated.",
)

BIDS = (
    "I could start {when}. Price includes materials and taking everything away.",
    "Seen this many times. About {days} of work, and I guarantee it for a year.",
    "Happy to help. I am based nearby and could start {when}.",
    "Fixed price, no surprises. I would want to look first; that costs nothing.",
    "We have just finished a similar job round the corner and could come {when}.",
    "Fully insured. I would allow {days}, with a call the evening before.",
)
WHENS = (
    "this week",
    "next week",
    "on Monday",
    "at the end of the month",
    "within ten days",
    "the week after next",
)

REJECTIONS = (
    "Thank you, but above what we can spend.",
    "We would rather have somebody who can come sooner.",
    "Sorry, we have decided to do this part ourselves.",
)
CANCELLATIONS = (
    "We are moving house after all.",
    "My brother-in-law has done it.",
    "We have to put this off until next year.",
)

REVIEWS = {
    5: (
        "Turned up on time, did what was agreed, and left the place cleaner than it was. Would have them back tomorrow.",
        "Excellent work and a fair price. Explained everything before touching anything.",
        "Quick, friendly and very tidy. The dog approved as well.",
        "Found the real cause in ten minutes, after two others had given up on it.",
        "Honest advice: told us what we did not need, and did the rest in half a day.",
        "Called ahead, came on the dot, and made good every mark on the wall afterwards.",
        "Third job for us and as good as the first two. We have passed the number on to half the street.",
        "Careful with the old floorboards and patient with all our questions. Ten out of ten.",
        "Could not be happier. Photographs every evening while we were away, and not a penny over the quote.",
    ),
    4: (
        "Good work, and a pleasure to have about the house. Took a day longer than planned, but we were told in time.",
        "Very pleased with the result. One small thing had to be put right, which was done the next morning.",
        "Neat work at the price agreed. Would have given five stars had the invoice not needed two reminders.",
        "Knows the trade. A little hard to reach by telephone, but worth the wait.",
        "Solid job and well explained. Parking was a bit of an adventure for everybody.",
    ),
    3: (
        "The work itself is fine. Getting hold of them in between was not.",
        "Does what it should, but the finish could have been neater in the corners.",
        "All right in the end. We had to ask twice for the rubbish to be taken away.",
    ),
    2: (
        "Came two days late, and the paint on the skirting is ours to touch up.",
        "Half of it had to be done again. To be fair, that cost us nothing extra.",
    ),
    1: (
        "Left in the middle of the job and came back a week later. Not what we had agreed on.",
        "Still drips.",
    ),
}
THANKS = (
    "Thank you! It was a pleasure, and the tea was excellent.",
    "Many thanks for the kind words. Call whenever something needs looking at.",
    "Thanks, much appreciated. Glad that it all worked out.",
    "That is good to read, thank you. Enjoy it!",
    "Thank you for having us, and for the biscuits.",
)
EXCUSES = (
    "Sorry about that. We were let down by a supplier, and should have told you sooner.",
    "Thank you for saying it openly. I have spoken to the team, and would like to come round and put it right.",
    "We do not see it quite that way, but are happy to look at it again free of charge.",
)

CHATS = (
    ("Hello, thank you for your offer. When could you come?", "Tuesday morning would suit me, from eight.", "Perfect. The bell is broken, please knock.", "Will do. I shall bring everything that is needed."),
    ("Can you park in front of the house?", "A small van, so that is no trouble.", "Then see you on Thursday."),
    ("Do we have to be at home all the time?", "Only to let me in, and at the end to look at it together.", "Good, my neighbour has the key."),
    ("Is the material in the price?", "Yes, all of it, and taking the old parts away.", "Wonderful. Come when you like next week.", "Wednesday at nine, then."),
)  # fmt: skip
