"""Tags, which ECS and VPC keep each in its own way."""

from __future__ import annotations

import uuid
from typing import Any

from cases import case
from clients import Lab, NewSdk
from estate import new_group, new_vpc
from expect import same


def check_tags(sdk: NewSdk, untag: str, resource_type: str, resource: str) -> None:
    """Tags, looks at and untags a resource that has no tags."""
    of_resource = {"ResourceType": resource_type, "ResourceId": [resource]}

    def tags(**fields: Any) -> set[tuple[str, str, str]]:
        answer = sdk("ListTagResources", ResourceType=resource_type, **fields)
        return {
            (tag["ResourceId"], tag["TagKey"], tag["TagValue"])
            for tag in answer["TagResources"]["TagResource"]
        }

    unique = uuid.uuid4().hex
    team, stage = {"Key": "team", "Value": unique}, {"Key": "stage", "Value": "prod"}
    sdk("TagResources", Tag=[team, stage], **of_resource)
    both = {(resource, "team", unique), (resource, "stage", "prod")}
    same("the tags", tags(ResourceId=[resource]), both)
    by_tag = {found for found, key, _ in tags(Tag=[team])}
    same("the resources with the tag", by_tag, {resource})
    sdk("TagResources", Tag=[{"Key": "stage", "Value": "test"}], **of_resource)
    changed = {(resource, "team", unique), (resource, "stage", "test")}
    same("the tags after a new value", tags(ResourceId=[resource]), changed)
    sdk(untag, TagKey=["team"], **of_resource)
    same("the tags after one went", tags(ResourceId=[resource]), {(resource, "stage", "test")})
    sdk(untag, All=True, **of_resource)
    same("the tags after all went", tags(ResourceId=[resource]), set())


@case
def tags_of_group(lab: Lab) -> None:
    check_tags(lab.ecs, "UntagResources", "securitygroup", new_group(lab, new_vpc(lab)))


@case
def tags_of_vpc(lab: Lab) -> None:
    check_tags(lab.vpc, "UnTagResources", "VPC", new_vpc(lab))
