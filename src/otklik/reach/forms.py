"""The form of an e-mail inbox: its address, and the servers its letters come from and leave by."""

from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from otklik.foundation.database.alphabet import ByName
from otklik.foundation.http.forms import DeskForm
from otklik.reach.adapters.registry import HOMES
from otklik.reach.foreign import Foreign
from otklik.reach.limits import MESSENGERS
from otklik.reach.models import Inbox
from otklik.team.models import Team

_SECURE_IN = (("imaps", _("TLS from the start (port 993)")), ("imap", _("Not encrypted (port 143)")))
_SECURE_OUT = (
    ("smtps", _("TLS from the start (port 465)")),
    ("smtp+tls", _("TLS after a greeting (port 587)")),
    ("smtp", _("Not encrypted (port 25)")),
)
_LOGINS = (("password", _("Name and password")), ("xoauth2", _("OAuth 2 (an access token)")))
_PORTS = {"imaps": 993, "imap": 143, "smtps": 465, "smtp+tls": 587, "smtp": 25}


def _server_fields(way: str, choices: Any, title: Any) -> dict[str, forms.Field]:
    return {
        f"{way}_host": forms.CharField(label=title, max_length=120, required=False),
        f"{way}_secure": forms.ChoiceField(label=_("Connection"), choices=choices),
        f"{way}_port": forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, required=False),
        f"{way}_user": forms.CharField(label=_("User name"), max_length=120, required=False),
        f"{way}_login": forms.ChoiceField(label=_("Log-in"), choices=_LOGINS, required=False),
        f"{way}_password": forms.CharField(
            label=_("Password"),
            required=False,
            widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
            help_text=_("It is never shown. Leave it empty to keep the one we have. With OAuth 2: the refresh token."),
        ),
    }  # fmt: skip


class InboxForm(DeskForm):
    """One e-mail address; servers are written apart and kept as one URL each."""

    address = forms.EmailField(label=_("Address"), max_length=254)
    name = forms.CharField(label=_("Name in letters"), max_length=120)
    team = forms.ModelChoiceField(
        label=_("Team that takes its letters"),
        queryset=Team.objects.order_by(ByName()),
        required=False,
        empty_label=_("Takes what no inbox assigns"),
    )
    is_active = forms.BooleanField(label=_("Letters are taken and sent"), required=False, initial=True)
    site_forms = forms.ChoiceField(
        label=_("Letters from forms on sites"),
        choices=(
            (Inbox.Forms.GUESS, _("Recognise them: the visitor becomes the customer")),
            (Inbox.Forms.ALWAYS, _("Every letter is from a form: take who is named in it")),
            (Inbox.Forms.NEVER, _("There are none: the sender is always the customer")),
        ),
        required=False,
        help_text=_("The robot of a site sends what a visitor has written. Answers must go to the visitor."),
    )

    def __init__(self, *args: Any, inbox: Inbox | None = None, **options: Any) -> None:
        super().__init__(*args, **options | {"initial": _inbox_initial(inbox)})
        self.fields |= _server_fields("imap", _SECURE_IN, _("Server to fetch letters from (IMAP)"))
        self.fields["imap_folder"] = forms.CharField(label=_("Folder"), max_length=120, required=False)
        self.fields["since"] = forms.DateField(
            label=_("Take letters since"),
            required=False,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            help_text=_(
                "Each letter from this day on becomes a case, read or not. Empty: only what nobody has read yet."
            ),
        )
        self.fields["earlier"] = forms.ChoiceField(
            label=_("Letters from before that day"),
            choices=(
                (Inbox.Earlier.LEAVE, _("Leave them in the mailbox")),
                (Inbox.Earlier.FILE, _("Take them in silently, as closed cases with their own dates")),
            ),
            required=False,
            help_text=_("Nobody is answered or asked about them, and no figure counts them."),
        )
        self.fields |= _server_fields("smtp", _SECURE_OUT, _("Server to send letters by (SMTP)"))
        self._inbox = inbox
        if inbox is not None:
            self.fields["address"].disabled = True

    def url(self, way: str) -> str:
        """The URL of one server, '' when none is named."""
        host = self.cleaned_data[f"{way}_host"].strip()
        if not host:
            return ""
        scheme, user = self.cleaned_data[f"{way}_secure"], self.cleaned_data[f"{way}_user"].strip()
        port = self.cleaned_data[f"{way}_port"] or _PORTS[scheme]
        return (
            f"{scheme}://{f'{quote(user, safe="")}@' if user else ''}{host}:{port}{self._folder(way)}{self._more(way)}"
        )

    def _folder(self, way: str) -> str:
        folder = self.cleaned_data["imap_folder"].strip() if way == "imap" else ""
        return f"/{quote(folder, safe='')}" if folder else ""

    def _more(self, way: str) -> str:
        """What the form shows (the log-in), and what it does not and must not lose (where IMAP moves letters)."""
        stored = _query(getattr(self._inbox, f"{way}_url", ""))
        stored.pop("auth", None)
        if self.cleaned_data[f"{way}_login"] == "xoauth2":
            stored["auth"] = ["xoauth2"]
        return f"?{urlencode(stored, doseq=True)}" if stored else ""

    def changes(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        plain = {name: cleaned[name] for name in ("name", "team", "imap_password", "smtp_password", "is_active")}
        plain |= {"since": cleaned["since"], "earlier": cleaned["earlier"] or Inbox.Earlier.LEAVE}
        plain["forms"] = cleaned["site_forms"] or Inbox.Forms.GUESS
        return plain | {"imap_url": self.url("imap"), "smtp_url": self.url("smtp")}


class ChannelForm(DeskForm):
    """The door of another program: what it is called, where it listens, by which secret both sides sign."""

    name = forms.CharField(
        label=_("Name of the channel"), max_length=60, help_text=_("People see it beside words that come by it.")
    )
    base_url = forms.CharField(
        label=_("Address that our answers go to"),
        max_length=500,
        required=False,
        widget=forms.URLInput,
        help_text=_("For example: https://shop.example/otklik. Without it words only come in."),
    )
    secret = forms.CharField(
        label=_("Secret that both sides sign with"),
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least sixteen signs. It is stored encrypted and never shown."),
    )
    team = forms.ModelChoiceField(
        label=_("Team that takes what comes"),
        queryset=Team.objects.order_by(ByName()),
        required=False,
        empty_label=_("Takes what no inbox assigns"),
    )

    def __init__(self, *args: Any, inbox: Inbox | None = None, **options: Any) -> None:
        known = (
            {"name": inbox.name, "base_url": inbox.settings.get("base_url", ""), "team": inbox.team} if inbox else {}
        )
        super().__init__(*args, **options | {"initial": known})
        if inbox is not None:
            self.fields["name"].disabled = True
            self.fields["secret"].required = False
            self.fields["secret"].help_text = _("It is never shown. Leave it empty to keep the one we have.")


class MessengerForm(DeskForm):
    """The door of a messenger: who we are there, how its news come to us, by which road."""

    name = forms.CharField(
        label=_("Name of the channel"), max_length=60, help_text=_("People see it beside words that come by it.")
    )
    token = forms.CharField(
        label=_("Token"),
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("It is stored encrypted and never shown."),
    )
    group = forms.CharField(
        label=_("Number of the community"), max_length=40, help_text=_("Digits alone, as in vk.com/club123.")
    )
    confirmation = forms.CharField(
        label=_("String that the server must return"),
        max_length=100,
        required=False,
        help_text=_("From the settings of the Callback API. Without it we ask for it ourselves."),
    )
    team = forms.ModelChoiceField(
        label=_("Team that takes what comes"),
        queryset=Team.objects.order_by(ByName()),
        required=False,
        empty_label=_("Takes what no inbox assigns"),
    )
    mode = forms.ChoiceField(
        label=_("How news come to us"),
        required=False,
        choices=[
            ("", _("As the house can: brought where it is seen from outside, else asked for")),
            ("push", _("They are brought: the address of the house must be open to the internet, by https")),
            ("poll", _("We ask for them: nothing need be open")),
        ],
    )
    base_url = forms.CharField(
        label=_("Another server or a relay"),
        max_length=500,
        required=False,
        widget=forms.URLInput,
        help_text=_("Only where the usual one is slow or shut. Empty for the usual one."),
    )
    proxy = forms.CharField(
        label=_("Proxy"), max_length=300, required=False, help_text=_("For example: http://proxy.example:3128")
    )
    ca = forms.CharField(
        label=_("Certificates that are believed besides"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_("In PEM form; for this channel alone."),
    )

    def __init__(self, *args: Any, kind: str, inbox: Inbox | None = None, **options: Any) -> None:
        known: dict[str, Any] = {"name": str(MESSENGERS[kind].name)}
        if inbox is not None:
            kept = inbox.settings
            known = {name: kept.get(name, "") for name in ("group", "mode", "proxy", "ca")}
            known |= {"name": inbox.name, "team": inbox.team}
            known["base_url"] = "" if kept.get("base_url") == HOMES[kind] else kept.get("base_url", "")
        super().__init__(*args, **options | {"initial": known})
        self.fields["token"].label = str(MESSENGERS[kind].token)
        for name in {"group", "confirmation"} - set(MESSENGERS[kind].asks):
            del self.fields[name]
        if inbox is not None:
            self.fields["name"].disabled = True
            self.fields["token"].required = False
            self.fields["token"].help_text = _("It is never shown. Leave it empty to keep the one we have.")


class LawForm(DeskForm):
    """Whether the house belongs to those whom law 41-FZ forbids to speak in messengers of foreign owners."""

    foreign = forms.ChoiceField(
        label=_("May this house speak with customers in messengers of foreign owners?"),
        widget=forms.RadioSelect,
        choices=[
            (Foreign.ON.value, _("Yes: the law does not concern us")),
            (Foreign.RECEIVE_ONLY.value, _("No: words that come are kept, answers leave by other ways")),
            (Foreign.OFF.value, _("No, and nobody is led there by us")),
        ],
        help_text=_(
            "Law 41-FZ forbids it to state bodies, banks, insurers, telecoms, marketplaces, and sites of more than "
            "500,000 visitors a day. Advertising there is forbidden to everybody."
        ),
    )


def _query(url: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(url).query)


def _inbox_initial(inbox: Inbox | None) -> dict[str, Any]:
    if inbox is None:
        plain = {"imap_secure": "imaps", "smtp_secure": "smtps", "imap_folder": "INBOX", "is_active": True}
        return plain | {"since": timezone.localdate(), "earlier": Inbox.Earlier.LEAVE}
    values: dict[str, Any] = {
        "address": inbox.address, "name": inbox.name, "team": inbox.team_id, "is_active": inbox.is_active,
        "site_forms": inbox.forms, "since": inbox.since, "earlier": inbox.earlier,
    }  # fmt: skip
    values["imap_folder"] = unquote(urlsplit(inbox.imap_url).path.strip("/"))
    for way, url in (("imap", inbox.imap_url), ("smtp", inbox.smtp_url)):
        parts = urlsplit(url)
        values |= {
            f"{way}_host": parts.hostname or "",
            f"{way}_secure": parts.scheme or f"{way}s",
            f"{way}_port": parts.port,
            f"{way}_user": unquote(parts.username or ""),
            f"{way}_login": _query(url).get("auth", ["password"])[0],
        }
    return values
