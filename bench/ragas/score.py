"""Scores the cases on standard input with Ragas itself, its model and embedder replaced by the script that comes along.

One JSON object a line in, one a line out. The scripted model reads the input that Ragas put into its prompt and
answers only if that is what our own metrics ask, so that equal figures cannot come from unequal questions.
"""

import asyncio
import json
import os
import sys

os.environ["RAGAS_DO_NOT_TRACK"] = "true"

from langchain_core.outputs import Generation, LLMResult
from ragas import __version__
from ragas.dataset_schema import SingleTurnSample
from ragas.llms.base import BaseRagasLLM
from ragas.metrics import Faithfulness, LLMContextPrecisionWithReference, LLMContextRecall, ResponseRelevancy
from ragas.run_config import RunConfig

ONCE = RunConfig(max_retries=1)


class ScriptedModel(BaseRagasLLM):
    def __init__(self, case):
        super().__init__(run_config=ONCE)
        self.case = case
        self.turn = 0

    def is_finished(self, response):
        return True

    def generate_text(self, prompt, n=1, **_):
        return LLMResult(generations=[[Generation(text=self.answer(prompt.text)) for _ in range(n)]])

    async def agenerate_text(self, prompt, n=1, **_):
        return self.generate_text(prompt, n)

    def answer(self, text):
        asked = text.rsplit("with the following input\ninput: ", 1)[1].rsplit("\nOutput:", 1)[0]
        return json.dumps(self.reply(json.loads(asked)))

    def reply(self, asked):
        case, sample = self.case, self.case["sample"]
        joined = "\n".join(sample["contexts"])
        if asked == {"question": sample["question"], "answer": sample["answer"]}:
            return {"statements": case["statements"]}
        if asked == {"context": joined, "statements": case["statements"]}:
            pairs = zip(case["statements"], case["supported"])
            return {"statements": [{"statement": s, "reason": "script", "verdict": v} for s, v in pairs]}
        if asked == {"response": sample["answer"]}:
            self.turn += 1
            return case["questions"][self.turn - 1]
        if asked == {"question": sample["question"], "context": joined, "answer": sample["reference"]} and self.recall:
            said = case["attributed"]
            return {"classifications": [{"statement": "s", "reason": "script", "attributed": v} for v in said]}
        for context, verdict in zip(sample["contexts"], case["useful"]):
            if asked == {"question": sample["question"], "context": context, "answer": sample["reference"]}:
                return {"reason": "script", "verdict": verdict}
        raise KeyError(f"nothing in the script answers {asked}")

    recall = False


class ScriptedEmbedder:
    def __init__(self, vectors):
        self.vectors = vectors

    def embed_query(self, text):
        return self.vectors[text]

    def embed_documents(self, texts):
        return [self.vectors[text] for text in texts]


async def score(case):
    said = case["sample"]
    sample = SingleTurnSample(
        user_input=said["question"],
        response=said["answer"],
        retrieved_contexts=said["contexts"],
        reference=said["reference"],
    )
    recalling = ScriptedModel(case)
    recalling.recall = True
    metrics = {
        "faithfulness": Faithfulness(llm=ScriptedModel(case)),
        "answer_relevancy": ResponseRelevancy(llm=ScriptedModel(case), embeddings=ScriptedEmbedder(case["vectors"])),
        "context_precision": LLMContextPrecisionWithReference(llm=ScriptedModel(case)),
        "context_recall": LLMContextRecall(llm=recalling),
    }
    return {name: float(await metric.single_turn_ascore(sample)) for name, metric in metrics.items()}


async def main():
    for line in sys.stdin:
        scores = await score(json.loads(line))
        # JSON has no NaN
        print(json.dumps({name: None if value != value else value for name, value in scores.items()}))
    print(json.dumps({"ragas": __version__}))


asyncio.run(main())
