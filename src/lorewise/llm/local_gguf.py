"""A language model from a file, on this machine; needs the extra ``local-llm``."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from lorewise.llm.gguf_process import GgufProcess, LocalGgufSettings
from lorewise.llm.language_model import Answer, Question
from lorewise.llm.openai_compatible import EndpointSettings, OpenAICompatibleModel


@dataclass(frozen=True)
class LocalGgufModel:
    """Asks a server that runs for it alone."""

    model: OpenAICompatibleModel
    server: GgufProcess

    @classmethod
    def open(cls, path: str | Path, settings: LocalGgufSettings | None = None) -> Self:
        """Return the model, loaded; ``close`` it.

        Raises:
            MissingExtraError: The package ``xllamacpp`` is not installed.
            SettingsError: The file is no GGUF file.
            LanguageModelError: The model does not load, or not in time.
        """
        path, settings = Path(path), settings or LocalGgufSettings()
        server = GgufProcess.start(path, settings)
        model = OpenAICompatibleModel.open(
            base_url=server.base_url,
            model=path.stem,
            api_key=server.api_key,
            settings=EndpointSettings(timeout_s=settings.timeout_s),
        )
        return cls(model, server)

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return self.model.name

    async def ask(self, question: Question) -> Answer:
        """Return the answer.

        Raises:
            AttemptError: There was none; says whether to try again.
        """
        return await self.model.ask(question)

    async def close(self) -> None:
        """End the server."""
        await self.model.close()
        self.server.stop()
