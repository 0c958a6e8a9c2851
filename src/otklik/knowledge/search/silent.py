"""Words that say nothing about what is sought, in questions to any house; staff add their own."""

RUSSIAN = """
    а без бы был была были было быть в вам вас ваш ваша ваше ваши во вот все всё вы где да для до его ее её если есть
    еще ещё же за здравствуйте и из или им их к как какая какие какой какую ко когда кто ли либо меня мне мной могу
    может можете можно мой моя мое моё мои мы на над надо нам нас наш не него нее неё нет ни но нужно о об он она они
    оно от по под подскажите пожалуйста почему при про с сколько скажите со спасибо так также там то того тоже только
    тут ты у уже что чтобы эта эти это этот я добрый день вечер утро привет
"""
ENGLISH = """
    a about am an and any are as at be been but by can could did do does for from had has have hello hi how i if in is
    it its just me my of on or our please so some tell than thank thanks that the their them there they this to us was
    we were what when where which who why will with would you your
"""
SILENT = frozenset((RUSSIAN + ENGLISH).replace("ё", "е").split())
