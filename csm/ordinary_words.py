"""Words that may begin with a capital without naming anybody: those that begin sentences, in
English and German, those of letters, and the vocabulary of customer success. Anything else with a
capital is taken for a name by `csm.claims`.
"""

from typing import Final

_BEGINNERS: Final = """
a about above according across additional additionally addressing after again against all almost
alongside already also although altogether am amid amidst among an and another any anybody anyone
apart are around arrange as ask at back be because been before behind being below beneath beside
besides best better between beyond both but by can check clearly closely compared concerningly
consequently consider could couldn critical crucially currently declining despite did didn do does
doesn don during each early either else encouraging encouragingly especially even ever every
everybody everyone everything expanding falling few fewer finally first focus follow following for
fortunately from further furthermore generally getting given going good growing had hadn half
hardly has hasn have haven having he help hence her here hers high highest him his how however i if
immediate importantly improving in increasingly indeed instead into invite is isn it its itself
just keep keeping key largely last lately later least less let like likely likewise little long
looking low lower lowest mainly major make making many may maybe meanwhile might minor more
moreover most mostly much must my nearly negatively neither never nevertheless new next no nobody
none nonetheless nor not notably note nothing now of off offer on once one ones ongoing only or
other others otherwise our out over overall part partly per perhaps please plus positively prepare
previously primarily put quite rather reach reaching recent recently regarding remaining renewing
rising same schedule second see seen send serious set several shall share sharply she should show
significantly similarly simply since slightly so some somebody someone something soon start
steadily still stop strong strongest strongly such take talk than that the their theirs them then
there therefore these they third this those though through throughout thus to today together too
toward towards try ultimately under unfortunately unless unlike until unusually up upon urgent us
use using very was wasn watch we weak weakest well were weren what when where whereas whether which
while whilst who whole whose why will with within without worryingly worse worst worth would yes
yet you your
"""

_TERMS: Final = """
account accounts action active activity adoption advocacy amount annual answer answers arr
attention average benchmark billing book business call calls care cases champion change changes
churn co commercial company concern confidence contact contacts context contract course csat csm
csqa csql cta ctas current customer customers cx data date day days decline deployment detractor
digital ebr engagement events evidence executive expansion expansions experience fair fields free
fresh gap grade green growth grr habit habits health high id improvement initial invoice invoices
issue issues ivm key lead leads licence licences lifecycle lime login logins low main manager
measure measures medium milestone milestones momentum month mrr nps nrr objective objectives
onboarding open opportunity outcome outcomes overdue owner payment payments peers people plan play
points positive priority product progress promoter qbr quadrant question questions red relationship
renewal renewals reply response review reviews risk risks roi satisfaction score scorecard scores
seat seats segment sentiment signal signals silence sla slas sponsor stage status subscription
success successful support survey surveys team telemetry ticket tickets tier time timeline total
training trainings trend trends urgent usage user users value week weekly weeks work year yellow
"""

# What German sentences begin with, and its polite forms, which have a capital everywhere.
_GERMAN: Final = """
ab aber alle allen aller alles als also am an andere anderen antworten auch auf aus außerdem bald
bei beide beim bereits besonders bis bisher bitte brauchen da dabei dadurch dafür damit danach danke
dankeschön dann dar darf darum das dass dauert dazu dein deine dem den denn der deren derzeit des
deshalb dessen die dies diese diesem diesen dieser dieses doch dort durch dürfen ein eine einem
einen einer eines einfach einige einmal er erst es etwa etwas euch euer eure falls fast freue freuen
freut für ganz geben gehen geht gemeinsam genau gern gerne gibt gilt große großen großer großes gut
guten habe haben hallo hat hatte hatten heißt helfen herzlich herzliche herzlichen hier hoffe
hoffentlich hätte hätten ich ihm ihn ihnen ihr ihre ihrem ihren ihrer ihres im immer in indem ins
inzwischen ist ja je jede jedem jeden jeder jedes jemand jetzt kann kein keine keinen klappt klingt
kommen kommt konnten können könnte könnten künftig lassen lasst leider lesen lief liegt läuft machen
macht mag man manche manchmal mehr mein meine meinem meinen meiner melden mich mir mit mithilfe
möchte möchten mögen müssen nach nachdem natürlich neben nehmen nein nicht nichts noch nun nur
nutzen ob oben oder oft ohne passen passt probieren richtig rund sagen schauen schicken schon
schreiben schön schöne schönen sehen sehr seien sein seine seit selbst sende senden sich sicher sie
sind so sobald sollen sollte sollten sonst soweit sowie statt stehen steht suchen tatsächlich teilen
toll trotzdem um und uns unser unsere unserem unseren unserer unter vermutlich versuchen viel viele
vielen vielleicht vom von vor vorab voraus wann war waren warum was weder wegen weil weiter weitere
welche welchem welchen welcher welches wem wen wenig wenige wenn wer werde werden weshalb wie wieder
wieso will willkommen wir wird wissen wo wobei wofür wollen worauf wurde wurden während wäre wären
wünsche wünschen würde würden zeigen zu zudem zuerst zuletzt zum zur zurück zusammen zwischen öffnen
über übrigens
"""

# How letters begin and end, and what their sentences begin with.
_LETTERS: Final = """
hello hi hey dear good morning afternoon evening kind warm regards wishes sincerely yours faithfully
cheers thanks thank glad happy hope hoping sorry welcome congratulations would wouldn could does
shall tell reply let click press choose select scroll tap visit pick create add share save copy
bring feel enjoy join wishing
hallo guten tag morgen viele liebe lieber beste grüsse grüssen gruss freundlichen freundliche mit
bonjour cordialement bien merci hola saludos gracias buongiorno saluti grazie groet groeten
"""

ORDINARY_WORDS: Final = frozenset(
    word.casefold() for word in (_BEGINNERS + _TERMS + _GERMAN + _LETTERS).split()
)
