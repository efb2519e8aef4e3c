"""Who is answered next: host before paid before mentions before scored chat; nothing old, always explained.

All by numbers and a seeded chance, no language model; `now` is monotonic seconds.
"""

from __future__ import annotations

import random
import re
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable

from vtube.chat.message import ChatMessage, Kind, Removal, Role
from vtube.dialogue.bigrams import terms
from vtube.dialogue.candidates import HOST, Candidate, fingerprint, overlap, paid_why, with_more, writer_of
from vtube.dialogue.likeness import are_alike
from vtube.settings import SelectionSettings

HOST_LIFE_S, PAID_LIFE_S, MENTION_LIFE_S, EVENT_LIFE_S = 30.0, 1800.0, 60.0, 60.0
MOST = {HOST: 1, "paid": 2000, "mention": 20, "event": 50, "chat": 200}
"""Candidates of each pool."""
MERGE_PAID_S = 5.0
COOLING_S = 300.0
"""In this time the malus of somebody who was answered fades."""
KEPT_ANSWERED = 20
ORDER = (HOST, "paid", "mention", "event", "chat")
"""The pools, the most important first."""
KEPT = (HOST, "paid")
"""The pools of which nothing is lost when the host interrupts."""
JOINED = ("mention", "chat")
"""The pools whose messages are answered together when they say the same."""
MOST_OTHERS, NAMED = 50, 4
"""Messages that may be answered with one, and names that are told."""
MOST_VIEWERS = 2000
FINGERPRINTS = 500

WEIGHTS = {"question": 0.25, "topic": 0.2, "new viewer": 0.15, "novelty": 0.15, "fresh": 0.15, "role": 0.1}

_QUESTION = re.compile(
    r"[?？]|^(?:who|what|when|where|why|how|which|can|do|does|is|are|will|would|could|should)\b"
    r"|(?:ですか|ますか|かな|なに|何|どう|どこ|いつ|誰|だれ|吗|呢|什么|怎么|为什么)",
    re.IGNORECASE,
)


class Selector:
    """Holds the candidates in bounded pools. One thread uses it. `settings` say how long they live, and the like."""

    def __init__(
        self, settings: SelectionSettings, mentions: Callable[[str], bool], unnamed: Callable[[str], str] = str
    ) -> None:
        """`mentions`: whether a text speaks to the character by name; `unnamed`: the text without that name."""
        self.settings, self._mentions, self._unnamed = settings, mentions, unnamed
        self._random = random.Random(settings.seed)
        self._pools: dict[str, deque[Candidate]] = {name: deque() for name in ORDER}
        self._same: OrderedDict[str, Candidate] = OrderedDict()
        self._answered_at: OrderedDict[str, float] = OrderedDict()
        self._answered: deque[frozenset[str]] = deque(maxlen=KEPT_ANSWERED)
        self._known: OrderedDict[str, None] = OrderedDict()
        self.topic: frozenset[str] = frozenset()
        self.expired = 0
        self.overflowed = 0

    def adopt(
        self, settings: SelectionSettings, mentions: Callable[[str], bool], unnamed: Callable[[str], str] = str
    ) -> None:
        """Go on by these; who waits stays."""
        if settings.seed != self.settings.seed:
            self._random = random.Random(settings.seed)
        self.settings, self._mentions, self._unnamed = settings, mentions, unnamed

    def add(self, message: ChatMessage, now: float) -> None:
        """Take in a message that was cleaned."""
        pool = self._pool_of(message)
        if pool is None:
            return
        self._expire(now)
        if pool == "chat" and (same := self._find_same(message, now)) is not None:
            same.count, same.at = same.count + 1, now
            self._also(same, [message])
            return
        if pool == "paid" and self._merged_paid(message, now):
            return
        candidate = Candidate(message, now, pool)
        self._pools[pool].append(candidate)
        if pool == "chat":
            self._same[fingerprint(message.text)] = candidate
            while len(self._same) > FINGERPRINTS:
                self._same.popitem(last=False)
        self._bound(pool)

    def hear(self, message: ChatMessage, now: float) -> None:
        """Take in what the host said aloud, which comes before all else; what waits of it is answered with it."""
        self._expire(now)
        pool = self._pools[HOST]
        if pool:
            pool[-1].message = with_more(pool[-1].message, message.text)
            pool[-1].count, pool[-1].at = pool[-1].count + 1, now
        else:
            pool.append(Candidate(message, now, HOST))

    def put_back(self, message: ChatMessage, at: float, pool: str) -> bool:
        """Let one that was chosen wait again, as nothing of its answer was heard; False for what is not kept."""
        if pool in KEPT:
            self._pools[pool].appendleft(Candidate(message, at, pool))
        return pool in KEPT

    def choose(self, now: float) -> Candidate | None:
        """Take the best of this moment; None when nobody is worth an answer."""
        self._expire(now)
        for pool in ORDER:
            candidates = [one for one in self._pools[pool] if self._may(one, now)]
            if candidates:
                best = self._first(candidates) if pool != "chat" else self._best(candidates, now)
                self._take(best, now)
                if pool in JOINED:
                    self._join(best, now)
                return best
        return None

    def waiting(self, now: float) -> list[Candidate]:
        """All candidates, in the order in which they would be answered now."""
        self._expire(now)
        chat = sorted(self._pools["chat"], key=lambda one: -sum(self._score(one, now).values()))
        return [*(one for name in ORDER[:-1] for one in self._pools[name]), *chat]

    def approve(self, key: str) -> bool:
        """Let a candidate be answered next; False when there is none of that key."""
        found = self._by_key(key)
        if found is None:
            return False
        found.approved = True
        self._pools[found.pool].remove(found)
        found.pool = "paid"
        self._pools["paid"].appendleft(found)
        return True

    def drop(self, key: str) -> bool:
        """Take a candidate out; False when there is none of that key."""
        found = self._by_key(key)
        if found is not None:
            self._pools[found.pool].remove(found)
        return found is not None

    def remove(self, removal: Removal) -> None:
        """A moderator has taken messages back."""
        for name, pool in self._pools.items():
            self._pools[name] = deque(one for one in pool if not removal.hits(one.message))
            for one in self._pools[name]:
                one.others = [other for other in one.others if not removal.hits(other)]
        self._same = OrderedDict((key, one) for key, one in self._same.items() if not removal.hits(one.message))

    def clear(self) -> None:
        """Forget all candidates."""
        for pool in self._pools.values():
            pool.clear()
        self._same.clear()

    def answered(self, text: str) -> None:
        """Remember what was said, so that the same is not asked for at once."""
        self._answered.append(frozenset(terms(text)))
        self.topic = frozenset(terms(text)) or self.topic

    def sizes(self) -> dict[str, int]:
        """How many wait in each pool."""
        return {name: len(pool) for name, pool in self._pools.items()}

    # Inside

    def _pool_of(self, message: ChatMessage) -> str | None:
        if message.kind in (Kind.PAID, Kind.GIFT, Kind.MEMBER):
            return "paid"
        if message.kind in (Kind.FOLLOW, Kind.RAID):
            return "event"
        mentioned = message.mentions or self._mentions(message.text)
        if mentioned or message.kind is Kind.REDEEM:
            return "mention"
        if self.settings.mode == "prefix" and message.text.startswith(self.settings.prefix):
            return "mention"
        return "chat" if self.settings.mode == "all" and message.kind is Kind.TEXT else None

    def _find_same(self, message: ChatMessage, now: float) -> Candidate | None:
        same = self._same.get(fingerprint(message.text))
        alive = same is not None and same in self._pools["chat"] and now - same.at < self.settings.life_s
        return same if alive else None

    def _merged_paid(self, message: ChatMessage, now: float) -> bool:
        """Several payments of one viewer within seconds are one candidate."""
        for one in reversed(self._pools["paid"]):
            if now - one.at > MERGE_PAID_S:
                return False
            if one.message.viewer and one.message.viewer == message.viewer and not one.approved:
                one.message = with_more(one.message, message.text, message.amount)
                one.count += 1
                return True
        return False

    def _bound(self, pool: str) -> None:
        while len(self._pools[pool]) > MOST[pool]:
            self._pools[pool].popleft()
            self.overflowed += 1

    def _expire(self, now: float) -> None:
        for name, life in self._lives().items():
            pool = self._pools[name]
            while pool and now - pool[0].at > life and not pool[0].approved:
                pool.popleft()
                self.expired += 1
        if any(now - one.at > self.settings.life_s for one in self._pools["chat"]):  # merged ones stand out of order
            kept = [one for one in self._pools["chat"] if now - one.at <= self.settings.life_s]
            self.expired += len(self._pools["chat"]) - len(kept)
            self._pools["chat"] = deque(kept)

    def _lives(self) -> dict[str, float]:
        return {
            HOST: HOST_LIFE_S,
            "paid": PAID_LIFE_S,
            "mention": MENTION_LIFE_S,
            "event": EVENT_LIFE_S,
            "chat": self.settings.life_s,
        }

    def _may(self, one: Candidate, now: float) -> bool:
        if self.settings.hold and not one.approved:
            return one.pool == HOST
        return one.approved or one.pool in KEPT or not self._is_cooling(one.message, now)

    def _is_cooling(self, message: ChatMessage, now: float) -> bool:
        last = None if Role.OWNER in message.roles else self._answered_at.get(writer_of(message))
        return last is not None and now - last < self.settings.cooldown_s

    def _first(self, candidates: list[Candidate]) -> Candidate:
        one = candidates[0]
        reasons = {
            HOST: "you say it",
            "paid": paid_why(one.message),
            "mention": "speaks to her",
            "event": str(one.message.kind),
        }
        one.why = "you asked for it" if one.approved else reasons[one.pool]
        return one

    def _best(self, candidates: Iterable[Candidate], now: float) -> Candidate:
        scored = [(sum(self._score(one, now).values()), one) for one in candidates]
        top = max(score for score, _ in scored)
        equal = [one for score, one in scored if score >= top - 1e-9]
        best = equal[0] if len(equal) == 1 else self._random.choice(equal)
        best.parts = self._score(best, now)
        parts = sorted(best.parts.items(), key=lambda item: -abs(item[1]))
        reasons = ", ".join(f"{name} {value:+.2f}" for name, value in parts if abs(value) >= 0.005)
        best.why = f"the best of {len(scored)}: {reasons}"
        return best

    def _score(self, one: Candidate, now: float) -> dict[str, float]:
        message, words = one.message, frozenset(terms(one.message.text))
        likeness = max((overlap(words, said) for said in self._answered), default=0.0)
        last = self._answered_at.get(writer_of(message))
        parts = {
            "question": 1.0 if _QUESTION.search(message.text) else 0.0,
            "topic": overlap(words, self.topic),
            "new viewer": 1.0 if Role.FIRST_TIME in message.roles or writer_of(message) not in self._known else 0.0,
            "novelty": 1.0 - likeness,
            "fresh": max(0.0, 1.0 - (now - one.at) / self.settings.life_s),
            "role": 1.0 if message.roles & {Role.MODERATOR, Role.MEMBER, Role.VIP, Role.OWNER} else 0.0,
        }
        score = {name: WEIGHTS[name] * value for name, value in parts.items()}
        score["crowd"] = 0.05 * min(one.count - 1, 4)
        if last is not None:
            score["answered before"] = -max(0.0, 1.0 - (now - last) / COOLING_S)
        if likeness > 0.8:
            score["said already"] = -0.5
        return score

    def _join(self, best: Candidate, now: float) -> None:
        """Take out all that say the same, so that one answer is theirs, too."""
        said = self._unnamed(best.message.text)
        for pool in JOINED:
            alike = [
                one
                for one in self._pools[pool]
                if self._may(one, now) and are_alike(self._unnamed(one.message.text), said)
            ]
            for one in alike:
                self._take(one, now)
                best.count += one.count
                self._also(best, [one.message, *one.others])
        for other in best.others:
            self._mark(other, now)
        if names := best.names:
            others = ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")
            best.why = f"{best.why}; the same from {others}"

    @staticmethod
    def _also(one: Candidate, messages: list[ChatMessage]) -> None:
        known = {writer_of(one.message), *map(writer_of, one.others)}
        one.others += [other for other in messages if writer_of(other) not in known][: MOST_OTHERS - len(one.others)]

    def _take(self, one: Candidate, now: float) -> None:
        self._pools[one.pool].remove(one)
        self._mark(one.message, now)

    def _mark(self, message: ChatMessage, now: float) -> None:
        """Its viewer is answered now."""
        who = writer_of(message)
        for kept in (self._answered_at, self._known):
            kept.pop(who, None)
        self._answered_at[who] = now
        self._known[who] = None
        while len(self._answered_at) > MOST_VIEWERS:
            self._answered_at.popitem(last=False)
        while len(self._known) > MOST_VIEWERS:
            self._known.popitem(last=False)

    def _by_key(self, key: str) -> Candidate | None:
        return next((one for pool in self._pools.values() for one in pool if one.key == key), None)
