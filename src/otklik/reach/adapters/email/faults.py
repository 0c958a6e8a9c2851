r"""Why a letter of ours was not taken: is the address dead, is the mailbox in trouble, or do other servers refuse us?

Each line of ``_SAID`` is one thing that servers say, as a regular expression; it goes on where a line ends with "|".
"""

import re
from enum import StrEnum


class Fault(StrEnum):
    """Stable codes; only ``ADDRESS`` says that the address does not work and never will."""

    ADDRESS = "address"
    MAILBOX = "mailbox"
    SIZE = "size"
    AUTHENTICATION = "authentication"
    REVERSE_DNS = "reverse_dns"
    REPUTATION = "reputation"
    RATE = "rate"
    RELAY = "relay"
    SENDER = "sender"
    CONTENT = "content"
    GREYLISTING = "greylisting"
    CONNECTION = "connection"
    UNKNOWN = ""


OURS = frozenset(set(Fault) - {Fault.ADDRESS, Fault.MAILBOX, Fault.SIZE, Fault.UNKNOWN})
"""Reports about us and the way, not about the recipient: several at once are a matter for the admins."""


def fault_of(status: str, said: str) -> Fault:
    """What a server means by an RFC 3463 ``status`` ('' when it gave none) and by what it ``said``.

    Its words count first: '5.1.1' and '5.7.1' are written for everything, and '5.1.0' also for a failed SPF.
    """
    words = _NAMED.sub("a@b", _CODE_OF_A_LINE.sub("", " ".join(said.split())[:3_000]))
    for told in (words[:_FIRST_WORDS], words):  # what follows may speak of something else
        for fault, pattern in _PATTERNS:
            if pattern.search(told):
                return Fault.SENDER if fault is Fault.ADDRESS and _IS_OF_THE_SENDER.fullmatch(status) else fault
    return next((fault for pattern, fault in _STATUS if pattern.fullmatch(status)), Fault.UNKNOWN)


def is_dead_in_words(said: str) -> bool:
    return any(pattern.search(said) for fault, pattern in _PATTERNS if fault is Fault.ADDRESS)


_FIRST_WORDS = 150
_IS_OF_THE_SENDER = re.compile(r"[45]\.(?:1\.[789]|5\.4)")
"""Codes that are given before any recipient is named: whose address is called wrong then is ours."""
_NAMED = re.compile(r"[^\s<>\"'(),:;\[\]=]{1,64}@[^\s<>\"'(),:;\[\]=]{1,190}")
"""Addresses; somebody may be called spam or filtered."""
_CODE_OF_A_LINE = re.compile(r"(?<=\w )([45]\d\d)[ -](?:[45]\.\d{1,3}\.\d{1,3} )?(?=[a-z])")
"""The code that each line of a long answer repeats, in the middle of its sentence."""
_WHO = (
    r"(?:user|recipient|mail ?box|account|address|addressee|e-?mail(?: address| account)?|person|name|alias"
    r"|local[- ]part)"
)
_WHERE = r"(?:host|domain)"
_SAID: tuple[tuple[Fault, str], ...] = (
    (
        Fault.GREYLISTING,
        r"""
        gr[ae]y-?list
        сер\w+ (?:список|лист)
        """,
    ),
    (
        Fault.AUTHENTICATION,
        r"""
        \bspf\b|sender policy framework
        \bdkim\b|domainkeys
        \bdmarc\b
        authentication (?:checks?|requirements?|fail)
        (?:message|sender|e?-?mail)\w* (?:is |was |could )?(?:not |un)authenticated
        not (?:allowed|authori[sz]ed|permitted) to send\b
        unsigned (?:message|dsn)|unauthenticated (?:e-?mail|message|sender)
        purported responsible
        """,
    ),
    (
        Fault.REVERSE_DNS,
        r"""
        \bptr\b|\brdns\b|fcrdns
        (?:reverse|no) (?:dns|mapping|lookup|host ?name)
        cannot (?:find|resolve) your
        ip name lookup failed
        \b(?:helo|ehlo)\b.{0,40}(?:reject|invalid|mismatch|name|denied|requir|resolv)
        my name was rejected|mismatches client ip|unresolvable relay
        generic (?:dns|host ?name|reverse)|dynamic(?:ally)?[ -](?:assigned )?(?:ip|host|address|pool)
        обратн\w+ (?:днс|dns|зон)
        """,
    ),
    (
        Fault.SIZE,
        r"""
        (?<!mailbox )(?:message|mail|attachment)\w* (?:size )?(?:is |was )?too (?:large|big|long)
        (?<!mailbox )\bsize (?:limit )?exceed
        (?<!mailbox )exceed\w* (?:the )?(?:maximum )?(?:allowed |incoming |message )*size
        too (?:large|big)\b|size limit=|larger than|sizelimit|fixed maximum
        слишком больш|превышает (?:максимальн|допустим|разреш[её]нн)
        """,
    ),
    (
        Fault.MAILBOX,
        r"""
        over ?-?quota|(?<!sending )quota|mailbox size|too many mails on|too much mail stor|over the limit
        (?:mail ?box|mail ?folder|inbox|disk|user|account|storage)\b(?:(?!sending).){0,30}(?:\bfull\b|exceed|over drawn)
        (?:full|insufficient) (?:mail ?box|storage|disk|system)
        (?:not enough|no|out of|insufficient) (?:free )?(?:storage|disk|space|room)|space (?:is )?not enough
        переполнен|квот|(?:нет|мало|недостаточно) места
        (?:is|been|currently|temporar\w+|account|mail ?box|user)\W{1,3}(?:is |currently |
        temporar\w+ )*(?:disabled|suspended|locked|frozen)
        deactivated|discontinued|extended inactivity|temporarily inactive|invalid/inactive|archivee|not been collected
        account that you tried to reach is (?:disabled|inactive|over)
        (?:user|recipient|mail ?box|account|address)\W{1,3}(?:is |are |was |\S+@\S+ )*temporar\w+ (?:unavail|
        inactive|not )
        archived recipient
        not accepting (?:any |new )*(?:mail|messages)(?! from your)
        (?:ящик|аккаунт|пользовател|уч[её]тная запись)\w* (?:\S+ ){0,3}(?:заблокирован|отключ[её]н|приостановлен|
        заморожен)
        """,
    ),
    (
        Fault.RATE,
        r"""
        frequency (?:is |was |has been )*(?:limited|exceed)
        at a rate that|too (?:quickly|fast|frequent)|throttl
        rate[- ]?limit|\brate (?:is |was |has been )*(?:exceed|reached)
        (?:sending|hourly|daily|connection|message) (?:quota|limit|rate)
        too many (?:messages|mails?|e-?mails?|letters|connections|recipients|concurrent|sessions|requests|errors|
        invalid|unknown|bad)
        слишком (?:много|часто)|превышен\w* (?:лимит|частот|количеств|скорост)
        """,
    ),
    (Fault.SENDER, r"resolver\.rst\."),
    (
        Fault.RELAY,
        r"""
        relay(?:ing)? (?:access |is |mail |operation )*(?:denied|not |prohibited|rejected|disabled|restricted|refused)
        (?:not|unable|allowed|permitted|authori[sz]ed|don.?t|won.?t|cannot|can.?t) (?:to )?relay|open relay
        insecure mail relay
        list of allowed rcpt ?hosts|to use me \[|not a (?:registered )?gateway
        authentication (?:is )?required|requires? authentication|must authenticate
        релей|ретрансляц
        """,
    ),
    (
        Fault.SENDER,
        r"""
        sender\W{0,3}(?:e?-?mail )?(?:address )?(?:\S+@\S+\W{1,3})?(?:is |was |has been )?(?:verif|reject|denied|
        not |invalid|block|unknown|refus|banned|domain)
        (?:bad|invalid|unknown|unroutable|bogus|unverified|banned|verifying|verify|for|domain of|the) sender\b
        sender (?:ip )?address|in mail command|mail from\b.{0,60}(?:reject|denied|not|invalid|bogus)
        in reply to mail from|return[- ]path
        callout|call-?back (?:verif|setup)|verification failed for|null (?:sender|return)
        empty (?:envelope|sender)|\bbatv\b|backscatter
        third-party dsns
        only accept\w* (?:mail|messages) from|not accepting (?:mail|messages) from|whitelist|challenge
        requires confirmation
        account not subscribed|not authorized to perform
        recipient preferences|blocked by the recipient|pre-approved
        from: (?:header |address )?domain|valid from\b
        отправител\w* (?:\S+ ){0,3}(?:не|отверг|отклон|заблок)
        """,
    ),
    (
        Fault.REPUTATION,
        r"""
        (?:black|block|ban)[- ]?list|\w*(?:rbl|dnsbl|sbl|xbl)\b|spamhaus|spamcop|barracudacentral|sorbs|reputation
        ч[её]рн\w+ спис|репутаци
        (?:ip|host|server|client|network|connection|you|your \w+|been|is|was|
        are)\W{1,3}(?:\[?[\d.:a-f]+\]? )?(?:is |was |been )?(?:blocked|banned|listed (?:in|at|on|by))
        banned sending|blocked (?:using|by|from|-|for)|\bip\b.{0,30}(?:banned|denied|refused|listed)
        client host .{0,60}(?:reject|block|denied)|(?<!rejected: )(?<!unavailable or )access denied
        no access from|allowed to connect|(?:host|network) not allowed
        messages from \[?[\d.]+\]? weren.?t sent
        (?:temporarily )?deferred due to|user complaints
        not (?:currently )?accepting (?:mail|connections) from your|go away
        open proxy|suspiciously like|smtp server of your isp
        """,
    ),
    (
        Fault.CONTENT,
        r"""
        spam|\bjunk|bulk (?:e-?)?mail|mass mailer|unsolicited|\buce\b|\bube\b|uribl|surbl
        virus|malware|malicious|phish|infected|trojan|suspicious
        content\b.{0,20}(?:reject|filter|polic|restrict|not|contain|den|block)|message content|with attachments
        (?:message|e?-?mail) (?:was |has been |is )?(?:rejected|refused|blocked|denied)(?! by the recipient)
        policy|policies|administrative prohibition|prohibited|filtered|not rfc|(?<!reserved by )rfc ?\d{4}
        header (?:error|missing|invalid)
        спам|нежелательн|вирус|содержим|политик
        """,
    ),
    (
        Fault.ADDRESS,
        r"""
        nxdomain|non-?existent (?:mail )?(?:host|domain)|lookups? failed permanently
        (?:domain|host) (?:name )?not found(?!.*try again)|returned answer with no data
        no matches to name ?server query|reserved by rfc
        """,
    ),
    (
        Fault.CONNECTION,
        r"""
        not found.{0,60}try again|(?<!answer from )name ?server|dns (?:error|failure|lookup)|malformed
        (?:connect|connection|session|conversation)\b.{0,60}(?:refus|timed|drop|reset|lost|fail|closed|unable|
        error|establish)
        lost connection
        (?:unable to|cannot|could not|couldn.?t|can.?t|wasn.?t able to) (?:establish|connect|contact)
        requests to connect
        find a gateway
        timed? ?-?out|no route|unreachable|not respond(?:ing)?\b|did not respond|no answer|delivery time expired
        too many hops|hop count|loop(?:s|ing)?\b
        starttls|\btls\b|\bssl\b|certificate
        соединени|недоступен|тайм-?аут|не отвечает
        """,
    ),
    (
        Fault.ADDRESS,
        rf"""
        (?:user|recipient|address|mail ?box)[ _]?(?:un|not ?)known
        can(?:no|')t accept user|no \S+ in name directory
        (?:unknown|bad|invalid)[ _-]?(?:user|recipient|rcpt|mailbox)|bad ?(?:rcpt|recipients?) ?to
        \b{_WHO}\W{{0,3}}(?:\S+\W{{1,3}})?(?:is |was |are |has |have |could |can |may |does )?(?:not|n't|unknown|
        unavaila?|non-?exist|invalid|undeliverable|inactive)\b
        \b{_WHO}\W{{0,3}}(?:\S+\W{{1,3}})?(?:is |was |are |has |have |been |it )*(?:wrong|no longer|unavail\w*|
        deleted|removed|closed|terminated|moved|changed|replaced|undeliverable)\b
        (?:unknown|invalid|no such|bad|illegal|non-?existent|non existent|wrong|no valid|
        no) (?:\w+ ){{0,3}}(?:{_WHO}s?|userid|rcpt|users?|one|id)\b
        \w+ (?:does|do|did|could|can|was|were|is)(?: ?n[o'’]?t|n['’]t| not) (?:be )?(?:exist|found|listed|match|
        known|like recipient|a (?:known|valid) {_WHO}|accept user|(?:a|an) active address)
        no such (?:\w+ )?here|not (?:a )?(?:known|valid|active) (?:user|recipient|mail ?box|address)
        not (?:email addresses|listed in|present in)|not our customer|not a local address
        no (?:mail ?box|account|user|person|\w+ in name directory)\b|no longer (?:on server|accepts mail|valid)
        no final|not have a final
        (?:not have|doesn.?t have) an? (?:\S+ )?account|missing home directory|name is not recognized
        destination server rejected recip
        (?:recipient|address) (?:address )?rejected(?: ?$|\.|\W{{1,3}}(?:$|in reply|access denied|un|user|invalid))
        rcpt to.{{0,60}}not found|<\S+@\S+> not found
        recipients? (?:not ok|refuses|was undeliverable)|recipients was undeliverable
        envelope recipient (?:is in my bad|has been denied)|validrcptto|recip\w* ?not ?found
        (?:does|do) not exist|doesn.?t exist|not exist\b|bad destination
        \w* in (?:virtual|local|relay) (?:alias |recipient |mailbox |user )*table
        (?:destination )?addresses were unknown|unrout[e]?able|is in my badrecip
        {_WHERE}(?: or domain name| name)? (?:is |was |may |must )?(?:unknown|not found|not exist|
        does ?n.?t exist|exist|not reachable|mentioned in)
        (?:unknown|no such|bad|invalid|illegal) (?:mail )?{_WHERE}|name or service not known|nxdomain|null ?mx
        no (?:mx|gateway)\b|find (?:any host|a mail exchanger)
        не (?:существует|найден|зарегистрирован)|нет тако|тако\w+ (?:\S+ ){{1,3}}нет\b
        неизвестн\w+ (?:получател|пользовател|адрес|домен)
        (?:неверн|недействительн|несуществующ)\w+ (?:адрес|получател|ящик|email)
        (?:ящик|пользователь|получатель|адресат|аккаунт|домен|абонент)\w* (?:\S+ ){{0,3}}(?:не существует|
        не найден|удал[её]н|отсутствует|неизвестен|закрыт)
        n'existe pas|(?:utilisateur|destinataire) inconnu|non recens|no existe|non esiste|nessun utente|sconosciuto
        (?:リスト|名簿)にありません|(?:宛先|アドレス|ユーザー?).{0, 12}(?:存在しま|見つかりま)せん
        unbekannt|existiert nicht|nie istnieje|nie ma takiego|não existe
        """,
    ),
    (
        Fault.CONNECTION,
        r"""
        try again|temporar|in the queue|retry (?:time|limit)|delivery attempts
        maximum (?:number of )?(?:attempts|retries)|failing for a long time
        (?:service|server|system) (?:is )?(?:currently |temporarily )*(?:unavail|not avail|busy|down|error)
        delayed|postponed|not yet been|still being|will (?:be|continue|keep) (?:retr|to)
        врем[её]нн|повтор|задерж|отложен
        """,
    ),
)
_A_LINE_BREAK = re.compile(r"\|?\s*\n\s*")
_PATTERNS = [(fault, re.compile(_A_LINE_BREAK.sub("|", said.strip()), re.IGNORECASE)) for fault, said in _SAID]
_STATUS: tuple[tuple[re.Pattern[str], Fault], ...] = (
    (re.compile(r"5\.1\.(?:[01236]|10)|5\.4\.4"), Fault.ADDRESS),
    (re.compile(r"[45]\.1\.[789]"), Fault.SENDER),
    (re.compile(r"[45]\.2\.3|[45]\.3\.4"), Fault.SIZE),
    (re.compile(r"[45]\.2\.\d+"), Fault.MAILBOX),
    (re.compile(r"[45]\.7\.(?:2[0-46-9]|30)"), Fault.AUTHENTICATION),
    (re.compile(r"[45]\.7\.25"), Fault.REVERSE_DNS),
    (re.compile(r"[45]\.[67]\.\d+"), Fault.CONTENT),
    (re.compile(r"4\.\d+\.\d+|5\.[34]\.\d+"), Fault.CONNECTION),
)
