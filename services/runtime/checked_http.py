"""HTTP to checked addresses only. It must not know what is asked, nor of whom."""

import ssl

import httpx

from services.runtime.addresses import Gate


class CheckedTransport(httpx.AsyncBaseTransport):
    """Replaces the host by its checked address; TLS and the Host header keep the name."""

    def __init__(self, gate: Gate, tls: ssl.SSLContext) -> None:
        self._gate = gate
        # No connection is kept: one made for a name must not serve another at the same address.
        limits = httpx.Limits(max_keepalive_connections=0)
        self._inner = httpx.AsyncHTTPTransport(verify=tls, trust_env=False, limits=limits)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        address = await self._gate.address_of(host, port)
        request.url = request.url.copy_with(host=address)
        request.extensions = {**request.extensions, "sni_hostname": host}
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()
