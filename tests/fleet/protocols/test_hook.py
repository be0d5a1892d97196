"""A protocol that somebody else brings."""

from __future__ import annotations

import pytest

PLUGIN = """
from pytest_mlinfra.fleet import Refusal, Response, Route


class Shouting:
    name = "shouting"
    prefixes = ("/shout/",)

    def routes(self, models):
        async def shout(request):
            if not request.body:
                raise Refusal("bad request", "say something")
            (said,) = await models.named(request.parameters["model"]).predict(
                [request.body.decode()]
            )
            return Response(body=said.upper().encode())

        yield Route("POST", "/shout/{model}", shout)
        yield Route("GET", "/health", lambda request: Response(418))

    def refuse(self, refusal):
        return Response(refusal.usual_status, refusal.detail.upper().encode())


def pytest_mlinfra_protocols():
    return [Shouting()]
"""


def test_a_third_party_s_protocol_is_spoken_beside_the_others(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(PLUGIN)
    pytester.makepyfile("""
        from pytest_mlinfra.fleet import Model, Serving

        async def test_it(model_fleet, http_client, virtual_clock):
            serving = Serving(seconds=1)
            server = await model_fleet.start(Model("echo", serving=serving))
            shouted = await http_client.post(f"{server.url}/shout/echo", content=b"hi")
            assert (shouted.text, virtual_clock.now) == ("HI", 1)
            assert server.journal[0].model == "echo"

            nothing = await http_client.post(f"{server.url}/shout/echo")
            nobody = await http_client.post(f"{server.url}/shout/nobody", content=b"hi")
            nowhere = await http_client.get(f"{server.url}/shout/a/b")
            assert (nothing.status_code, nothing.text) == (400, "SAY SOMETHING")
            assert (nobody.status_code, nobody.text.startswith("NO MODEL")) == (404, True)
            assert (nowhere.status_code, nowhere.text) == (404, "NO ROUTE /SHOUT/A/B")

            # What is built in keeps its routes.
            assert (await http_client.get(f"{server.url}/health")).status_code == 200
            assert (await http_client.get(f"{server.url}/v1/models")).status_code == 200
    """)

    result = pytester.runpytest_subprocess(
        "-o", "asyncio_mode=auto", "-o", "asyncio_default_fixture_loop_scope=function"
    )

    result.assert_outcomes(passed=1)
