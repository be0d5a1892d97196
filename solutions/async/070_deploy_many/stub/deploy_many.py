"""Deploy many models at once, as many at a time as the cluster has room for."""

from __future__ import annotations


async def deploy_model(model_id: str, environment: str) -> dict[str, str]:
    """Deploy one model, which takes two seconds.

    Args:
        model_id: the model's name, for instance ``bert``.
        environment: where it goes, for instance ``production``.
    """
    # TODO: let two seconds pass without stopping anybody else, and say what was done.
    raise NotImplementedError


async def deploy_multiple_models(
    models: list[str], environment: str, *, limit: int | None = None
) -> list[dict[str, str]]:
    """Deploy every model; what became of each is in the order of ``models``.

    Args:
        models: the models' names; one may occur more than once.
        environment: where they go.
        limit: how many may be deployed at a time; None for all at once.

    Raises:
        ValueError: ``limit`` is less than 1.
    """
    # TODO: who waits for whom, if there are more models than places?
    raise NotImplementedError


if __name__ == "__main__":
    # TODO: deploy a few models with a limit, and look at the seconds that it takes.
    pass
