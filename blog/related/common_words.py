"""Words that nearly every text of a language holds, and that say nothing of what it is about."""

from __future__ import annotations

COMMON_WORDS = {
    "en": """
        about above across after again against ago all almost along already also although always am
        among an and another any anybody anyone anything are around as ask asked at away back be became
        because become been before began behind being below best better between both bring but by call
        called came can cannot come comes could day days did didn do does doesn doing don done down
        during each either else enough even ever every everybody everyone everything far few find first
        five for found four from full gave get gets getting give given go goes going good got had half
        has hasn have haven having he hear heard help her here hers herself him himself his how however
        if in indeed instead into is isn it its itself just keep kept knew know known last later least
        left less let like likely little ll long look lot made make makes making many may maybe me mean
        means might mine more most much must my myself near nearly need needs neither never new next no
        nobody none nor not nothing now of off often on once one ones only onto or other others our ours
        ourselves out over own part people perhaps place point possible put quite rather re really right
        said same saw say says second see seem seems seen several shall she should show shows simply
        since so some somebody someone something sometimes soon still such sure take taken tell than
        thank thanks that the their them themselves then there therefore these they thing things think
        this those though thought three through thus time times to today together told too took toward
        towards tried true try two under unless until up upon us use used using ve very want wanted was
        wasn way ways we week weeks well went were weren what whatever when where whether which while
        who whole whom whose why will with within without won word words would wouldn wrong year years
        yes yet you your yours yourself hundred thousand million per cent month months hour hours minute
        minutes six seven eight nine ten
    """,
    "de": """
        ab aber alle allem allen aller alles als also am an andere anderen anderer anderes auch auf aus
        bei beim bereits bin bis bist da dabei dadurch dafür dagegen daher damit danach dann daran darauf
        daraus darf das dass davon dazu dein deine dem den denen denn dennoch der deren des deshalb
        dessen die dies diese diesem diesen dieser dieses doch dort du durch dürfen ein eine einem einen
        einer eines einige einmal er erst es etwa etwas euch euer für gab ganz gar geben gegen gehen gibt
        ging haben habe hat hatte hatten hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im
        immer in ins ist ja jede jedem jeden jeder jedes jedoch jetzt kann kein keine keinen können
        könnte machen macht man manche mehr mein meine mich mir mit muss müssen nach nicht nichts noch
        nun nur ob oder ohne schon sehr sein seine seinem seinen seiner seit selbst sich sie sind so
        solche soll sollen sollte sondern sonst über um und uns unser unsere unserem unseren unserer
        unter viel viele vom von vor war waren warum was weil weiter welche wenn wer werden weshalb wie
        wieder will wir wird wo wollen worden wurde wurden zu zum zur zwar zwischen
    """,
    "fr": """
        afin ai aient ainsi alors après as assez au aucun aussi autre autres aux avaient avais avait
        avant avec avez avoir avons beaucoup bien car ce ceci cela celle celles celui cependant ces cet
        cette ceux chaque chez comme comment dans de depuis des deux devant dit doit donc dont du elle
        elles en encore entre est et étaient était étant été être eu eux faire fait faut fois font furent
        hors ici il ils jamais je jusque la là le les leur leurs lors lorsque lui ma mais me même mêmes
        mes moi moins mon ne ni non nos notre nous on ont ou où par parce parfois pas pendant peu peut
        peuvent plus plusieurs pour pourquoi pouvoir près puis qu quand que quel quelle quelles quelque
        quels qui quoi sa sans se sera serait ses si sien soi soit son sont sous souvent sur ta tandis
        tant te tel telle tes toi ton toujours tous tout toute toutes très trop tu un une va vers voici
        voilà vont vos votre vous
    """,
    "es": """
        al algo alguna algunas alguno algunos ante antes aquel aquella aquellos aquí así aún aunque bajo
        bien cada casi como cómo con contra cual cuál cuales cualquier cuando cuándo de del desde después
        donde dónde dos durante el él ella ellas ellos en entonces entre era eran eres es esa esas ese
        eso esos esta está están estaba estamos estar estas este esto estos estoy fue fueron gran ha
        había habían haber hace hacer hacia han hasta hay he hemos hoy la las le les lo los luego más me
        menos mi mientras mis mismo mucha muchas mucho muchos muy nada ni no nos nosotros nuestra
        nuestras nuestro nuestros nunca otra otras otro otros para pero poco por porque pues puede pueden
        qué que quien quién se sea según ser si sí sido siempre sin sino sobre solo sólo somos son soy su
        sus también tan tanto te tenemos tener tengo tiene tienen toda todas todavía todo todos tres tu
        un una unas uno unos usted va vamos ya yo
    """,
}
"""By the language of the site; function words and the commonest verbs, as a reader would strike them out."""
