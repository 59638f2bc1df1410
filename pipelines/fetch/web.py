"""HTTP as an administration needs it: its proxy, its certificates, patience; every failure is a French sentence."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar
from urllib.parse import urlsplit

import httpx
import tenacity

from pipelines import __version__
from pipelines.base.exit_codes import Stopped

_T = TypeVar("_T")
_BUNDLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_BUSY = {408, 425, 429, 500, 502, 503, 504}
_LATER = "réessayer plus tard"
_MOST_WAIT = 60.0  # seconds, whatever the server asks
_PROXY = (
    "vérifier la connexion ; derrière un serveur mandataire, donner son adresse dans HTTPS_PROXY (et HTTP_PROXY). "
    "Sans réseau, déposer le fichier à la main : docs/sources.md dit où il est"
)


class Failed(Exception):
    """A file or a catalogue that could not be had. The text is French, and names no more of an address than its host.

    `passing`: worth another try; `wait`: seconds that the server asks for before it; `unreachable`: nobody answers.
    """

    def __init__(
        self, found: str, remedy: str, *, passing: bool = False, wait: float = 0, unreachable: bool = False
    ) -> None:
        super().__init__(f"{found}. À faire : {remedy}.")
        self.passing, self.wait, self.unreachable = passing, wait, unreachable


class BadSetting(Stopped):
    """The environment describes a proxy or a certificate that cannot be used. The text is French."""


class Web:
    """One client for one run. `patience`: seconds before the second try, doubled at each one after."""

    def __init__(self, patience: float = 0.5, attempts: int = 5) -> None:
        self._attempts = attempts
        self._backoff = tenacity.wait_exponential_jitter(multiplier=patience, max=_MOST_WAIT / 2, jitter=patience)
        try:
            self._client = httpx.Client(
                follow_redirects=True,
                timeout=httpx.Timeout(30, connect=10),
                verify=_certificates(),
                headers={"User-Agent": f"vigie/{__version__}", "Accept-Encoding": "identity"},
            )
        except (ValueError, httpx.InvalidURL, ImportError) as error:
            # The library's own words would quote the proxy's address, and the password in it.
            raise BadSetting(
                "L'adresse du serveur mandataire ne convient pas (HTTPS_PROXY, HTTP_PROXY ou ALL_PROXY) : "
                "il faut http://machine:port. SOCKS n'est pas géré."
            ) from error

    def __enter__(self) -> Web:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    @contextmanager
    def opened(
        self, address: str, headers: dict[str, str] | None = None, method: str = "GET"
    ) -> Iterator[httpx.Response]:
        """A response whose body is still to be read; raises Failed, also of what happens while it is read."""
        try:
            with self._client.stream(method, address, headers=headers) as response:
                if response.is_error and response.status_code != 416:
                    raise _refusal(response, host_of(address))
                yield response
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise _failure(error, host_of(address)) from error

    def patiently(self, work: Callable[[], _T]) -> _T:
        """What `work` gives; a passing failure is tried again, longer after each time."""
        tries = tenacity.Retrying(
            retry=tenacity.retry_if_exception(lambda e: isinstance(e, Failed) and e.passing),
            stop=tenacity.stop_after_attempt(self._attempts),
            wait=lambda state: max(self._backoff(state), min(_asked_by(state), _MOST_WAIT)),
            reraise=True,
        )
        return tries(work)


def _asked_by(state: tenacity.RetryCallState) -> float:
    """How long the server asked to wait, when it did."""
    failure = state.outcome.exception() if state.outcome else None
    return failure.wait if isinstance(failure, Failed) else 0.0


def host_of(address: str) -> str:
    """The part of an address that may be shown: never its user, its password or its query."""
    try:
        return urlsplit(address).hostname or "adresse sans nom de machine"
    except ValueError:
        return "adresse illisible"


def _certificates() -> ssl.SSLContext:
    """The bundle that the environment names; without one, the system's and the library's together."""
    named = next((os.environ[name] for name in _BUNDLES if os.environ.get(name)), None)
    try:
        if named and os.path.isdir(named):
            return ssl.create_default_context(capath=named)
        if named:
            return ssl.create_default_context(cafile=named)
    except (OSError, ssl.SSLError) as error:
        raise BadSetting(
            f"Les certificats de {named} ne se lisent pas : corriger {' ou '.join(_BUNDLES)}, qui les nomme."
        ) from error
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    return context


def _refusal(response: httpx.Response, host: str) -> Failed:
    status = response.status_code
    if status in _BUSY:
        return Failed(
            f"{host} répond qu'il est indisponible ({status})", _LATER, passing=True, wait=_asked_wait(response)
        )
    if status in {404, 410}:
        return Failed(
            f"{host} ne connaît pas cette adresse ({status})",
            "vérifier sur la page du producteur où le fichier est passé, et corriger sources/*/source.yml",
        )
    if status == 407:
        return _who_are_you()
    return Failed(f"{host} refuse de donner ce fichier ({status})", f"{_LATER}, ou le déposer à la main")


def _who_are_you() -> Failed:
    return Failed(
        "le serveur mandataire demande un nom et un mot de passe (407)",
        "les donner dans HTTPS_PROXY, de la forme http://nom:mot-de-passe@machine:port",
        unreachable=True,
    )


def _asked_wait(response: httpx.Response) -> float:
    try:
        return max(0.0, float(response.headers.get("Retry-After", "0")))
    except ValueError:
        return 0.0


def _failure(error: Exception, host: str) -> Failed:
    if isinstance(error, httpx.ProxyError):
        if str(error).startswith("407"):
            return _who_are_you()
        return Failed(
            f"le serveur mandataire n'ouvre pas le chemin vers {host}", _PROXY, passing=True, unreachable=True
        )
    if _is_certificate(error):
        return Failed(
            f"le certificat de {host} n'est pas reconnu",
            "si la préfecture inspecte les connexions, donner son certificat dans SSL_CERT_FILE",
            unreachable=True,
        )
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return Failed(f"{host} est injoignable", _PROXY, passing=True, unreachable=True)
    if isinstance(error, httpx.TimeoutException):
        return Failed(f"{host} ne répond plus", _LATER, passing=True)
    if isinstance(error, httpx.TooManyRedirects):
        return Failed(f"{host} renvoie d'adresse en adresse", _LATER)
    if isinstance(error, httpx.UnsupportedProtocol | httpx.InvalidURL):
        return Failed(
            f"{host} renvoie vers une adresse qui n'est ni http ni https",
            "prévenir le producteur ; déposer le fichier à la main",
        )
    return Failed(
        f"la connexion à {host} a été coupée", "relancer vigie fetch, qui reprend où il en était", passing=True
    )


def _is_certificate(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
