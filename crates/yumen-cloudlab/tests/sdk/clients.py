"""The SDKs behind one shape: `sdk("DescribeVpcs", PageSize=10)` sends and answers wire names.

What the cloud refuses becomes `Refused`, whichever class an SDK has for it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from typing import Any
from unittest import mock

from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from alibabacloud_tea_openapi.utils import Utils
from alibabacloud_tea_openapi.utils_models import Config, OpenApiRequest, Params
from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkcore.client import AcsClient
from aliyunsdkcore.request import RpcRequest
from aliyunsdkcore.utils import parameter_helper
from darabonba.runtime import RuntimeOptions

from expect import Failure, Refused

Fields = dict[str, Any]

REGION = "cn-hangzhou"
OTHER_REGION = "cn-shanghai"
ECS_VERSION = "2014-05-26"
KEY_ID, SECRET = "testid", "testsecret"

# The old SDK logs every error that the cloud answers, also those that a case wants.
logging.getLogger("aliyunsdkcore").setLevel(logging.CRITICAL)


class NewSdk:
    """One product's client of the `alibabacloud_*` packages."""

    def __init__(self, package: str, endpoint: str, key: tuple[str, str], **config: str) -> None:
        self._package, self._endpoint, self._config = package, endpoint, config
        self._models = import_module(f"{package}.models")
        self._client = import_module(f"{package}.client").Client(
            Config(
                access_key_id=key[0],
                access_key_secret=key[1],
                endpoint=endpoint,
                protocol="http",
                **config,
            )
        )
        # `UnTagResources` is `un_tag_resources`, but `CreateVSwitch` is `create_vswitch`.
        self._methods = {name.replace("_", ""): name for name in dir(self._client)}

    def __call__(self, action: str, **fields: Any) -> Fields:
        """Calls an action in `REGION` or in `RegionId`; what is `None` is not sent."""
        request_type = getattr(self._models, f"{action}Request", None)
        arguments = [self._request(request_type(), fields)] if request_type else []
        with self._refusals():
            answer = getattr(self._client, self._methods[action.lower()])(*arguments)
        if answer.body is None:
            # The SDK hides its own parse errors and keeps what it could not parse here.
            raise Failure(f"the SDK cannot parse the answer to {action}: {answer._map}")
        body: Fields = answer.body.to_map()
        return body

    def raw(
        self,
        action: str,
        method: str = "POST",
        query: Fields | None = None,
        form: Fields | None = None,
    ) -> Fields:
        """Calls an ECS action by name and HTTP form, without the SDK's knowledge of the action."""
        params = Params(
            action=action,
            version=ECS_VERSION,
            protocol="HTTP",
            pathname="/",
            method=method,
            auth_type="AK",
            style="RPC",
            req_body_type="formData",
            body_type="json",
        )
        request = OpenApiRequest(query=Utils.query(query), body=form)
        with self._refusals():
            body: Fields = self._client.call_api(params, request, RuntimeOptions())["body"]
        return body

    def signed_with(self, key_id: str, secret: str) -> NewSdk:
        return NewSdk(self._package, self._endpoint, (key_id, secret), **self._config)

    @staticmethod
    def at(timestamp: str) -> AbstractContextManager[object]:
        """Makes the SDK sign with this time."""
        return mock.patch.object(Utils, "get_timestamp", lambda: timestamp)

    @staticmethod
    def with_nonce(nonce: str) -> AbstractContextManager[object]:
        return mock.patch.object(Utils, "get_nonce", lambda: nonce)

    @staticmethod
    def _request(request: Any, fields: Fields) -> Any:
        if hasattr(request, "region_id"):
            fields = {"RegionId": REGION, **fields}
        fields = {name: value for name, value in fields.items() if value is not None}
        request.from_map(fields)
        understood = {name: value for name, value in request.to_map().items() if value != []}
        if understood != fields:
            raise TypeError(f"{type(request).__name__} knows only {understood} of {fields}")
        return request

    @staticmethod
    @contextmanager
    def _refusals() -> Iterator[None]:
        try:
            yield
        except AlibabaCloudException as error:
            raise Refused(
                error.code, error.status_code, error.message, error.request_id, error.data
            ) from error


class OldSdk:
    """The client of `aliyun-python-sdk-ecs`; it sends its region with every request."""

    def __init__(self, endpoint: str, key: tuple[str, str]) -> None:
        self._endpoint = endpoint
        self._client = AcsClient(*key, region_id=REGION)

    def __call__(self, action: str, **fields: Any) -> Fields:
        module = import_module(f"aliyunsdkecs.request.v20140526.{action}Request")
        request = getattr(module, f"{action}Request")()
        for name, value in fields.items():
            getattr(request, f"set_{name}")(value)
        return self._send(request)

    def raw(
        self,
        action: str,
        method: str = "POST",
        query: Fields | None = None,
        form: Fields | None = None,
    ) -> Fields:
        request = RpcRequest("Ecs", ECS_VERSION, action)
        request.set_method(method)
        for name, value in (query or {}).items():
            request.add_query_param(name, value)
        for name, value in (form or {}).items():
            request.add_body_params(name, value)
        return self._send(request)

    def signed_with(self, key_id: str, secret: str) -> OldSdk:
        return OldSdk(self._endpoint, (key_id, secret))

    @staticmethod
    def at(timestamp: str) -> AbstractContextManager[object]:
        return mock.patch.object(parameter_helper, "get_iso_8061_date", lambda: timestamp)

    @staticmethod
    def with_nonce(nonce: str) -> AbstractContextManager[object]:
        return mock.patch.object(parameter_helper, "get_uuid", lambda: nonce)

    def _send(self, request: RpcRequest) -> Fields:
        request.set_endpoint(self._endpoint)
        request.set_protocol_type("http")
        try:
            body: Fields = json.loads(self._client.do_action_with_exception(request))
        except ServerException as error:
            raise Refused(
                error.get_error_code(),
                error.get_http_status(),
                error.get_error_msg(),
                error.get_request_id(),
                {},
            ) from error
        return body


Sdk = NewSdk | OldSdk


class Lab:
    """The clients of one lab, and what the running case has made there."""

    def __init__(self, endpoint: str) -> None:
        key = (KEY_ID, SECRET)
        self.endpoint = endpoint
        self.ecs = NewSdk("alibabacloud_ecs20140526", endpoint, key)
        self.vpc = NewSdk("alibabacloud_vpc20160428", endpoint, key)
        self.sts = NewSdk("alibabacloud_sts20150401", endpoint, key)
        self.actiontrail = NewSdk("alibabacloud_actiontrail20200706", endpoint, key)
        self.slb = NewSdk("alibabacloud_slb20140515", endpoint, key)
        self.alb = NewSdk("alibabacloud_alb20200616", endpoint, key)
        self.old_ecs = OldSdk(endpoint, key)
        self._leftovers: list[Callable[[], object]] = []

    def afterwards(self, delete: Callable[[], object]) -> None:
        self._leftovers.append(delete)

    def clean_up(self) -> None:
        """Deletes what is left, the newest first; raises the first error after trying all."""
        errors = []
        while self._leftovers:
            try:
                self._leftovers.pop()()
            except Refused as refusal:
                if "NotFound" not in refusal.code:
                    errors.append(refusal)
        if errors:
            raise errors[0]
