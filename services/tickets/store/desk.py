"""The desk's rules as the tables keep them: policy, categories with their targets, templates; as of a day."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.tickets.domain.categories import Category
from services.tickets.domain.desk import Desk, DeskPolicy, calendar_of
from shared.postgres import Tx

_DESK = """
SELECT (SELECT body FROM policies
        WHERE name = 'desk' AND effective_on <= $1 ORDER BY effective_on DESC LIMIT 1) AS policy,
       (SELECT jsonb_object_agg(t.template, t.body) FROM (
            SELECT DISTINCT ON (template) template, body FROM templates
            WHERE effective_on <= $1 ORDER BY template, effective_on DESC) t) AS templates
"""
_CATEGORIES = """
SELECT c.category, c.title, c.department, c.required_skill, c.required_level, c.optional_skills, c.weight, c.privacy,
       coalesce(t.targets, '{}'::jsonb) AS targets
FROM categories c LEFT JOIN LATERAL (
    SELECT jsonb_object_agg(latest.clock, latest.target_minutes) AS targets FROM (
        SELECT DISTINCT ON (clock) clock, target_minutes FROM targets
        WHERE targets.category = c.category AND effective_on <= $1 ORDER BY clock, effective_on DESC) latest) t ON true
"""
_SAVE_CATEGORIES = """
INSERT INTO categories (category, title, department, required_skill, required_level, optional_skills, weight, privacy)
SELECT c.category, c.title, c.department, c.skill, c.skill_level, string_to_array(c.optional, ','), c.weight, c.privacy
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int[], $6::text[], $7::int[], $8::text[])
     AS c (category, title, department, skill, skill_level, optional, weight, privacy)
ORDER BY c.category
ON CONFLICT (category) DO UPDATE SET title = EXCLUDED.title, department = EXCLUDED.department,
    required_skill = EXCLUDED.required_skill, required_level = EXCLUDED.required_level,
    optional_skills = EXCLUDED.optional_skills, weight = EXCLUDED.weight, privacy = EXCLUDED.privacy,
    version = categories.version + 1
"""
_SAVE_TARGETS = """
INSERT INTO targets (category, clock, effective_on, target_minutes)
SELECT t.category, t.clock, $4, t.minutes FROM unnest($1::text[], $2::text[], $3::int[]) AS t (category, clock, minutes)
ON CONFLICT (category, clock, effective_on) DO UPDATE SET target_minutes = EXCLUDED.target_minutes
"""
_SAVE_POLICIES = """
INSERT INTO policies (name, effective_on, body)
SELECT 'desk', p.effective_on, p.body::jsonb FROM unnest($1::date[], $2::text[]) AS p (effective_on, body)
ON CONFLICT (name, effective_on) DO UPDATE SET body = EXCLUDED.body
"""


async def find_desk(tx: Tx, on: date) -> Desk:
    """The desk's rules as they stand on a day."""
    row = await tx.fetchrow(_DESK, on)
    policy = DeskPolicy.model_validate(row["policy"])
    categories = await tx.fetch(_CATEGORIES, on)
    return Desk(
        policy=policy,
        calendar=calendar_of(policy, tx.zone),
        categories={category["category"]: _category(category) for category in categories},
        templates=row["templates"] or {},
    )


def _category(row: Any) -> Category:
    return Category(
        category=row["category"],
        title=row["title"],
        department=row["department"],
        required_skill=row["required_skill"],
        required_level=row["required_level"],
        optional_skills=frozenset(row["optional_skills"]),
        weight=row["weight"],
        privacy=row["privacy"],
        targets_minutes=row["targets"],
    )


async def lock_categories(tx: Tx, names: Sequence[str]) -> dict[str, int]:
    """The versions of these categories, by name, locked against another change."""
    sql = "SELECT category, version FROM categories WHERE category = ANY($1) ORDER BY category FOR UPDATE"
    return {row["category"]: row["version"] for row in await tx.fetch(sql, list(names))}


async def save_categories(tx: Tx, categories: Sequence[Category], effective_on: date) -> None:
    """Keep categories as they are now, and their targets from a day on."""
    rows = [
        (c.category, c.title, c.department, c.required_skill, c.required_level,
         ",".join(sorted(c.optional_skills)), c.weight, c.privacy)
        for c in categories
    ]  # fmt: skip
    await tx.execute(_SAVE_CATEGORIES, *map(list, zip(*rows, strict=True)))
    targets = [(c.category, clock, minutes) for c in categories for clock, minutes in c.targets_minutes.items()]
    if targets:
        await tx.execute(_SAVE_TARGETS, *map(list, zip(*targets, strict=True)), effective_on)


async def save_policies(tx: Tx, policies: Mapping[date, DeskPolicy]) -> None:
    """Keep the desk's numbers from a day on."""
    await tx.execute(_SAVE_POLICIES, list(policies), [policy.model_dump_json() for policy in policies.values()])
