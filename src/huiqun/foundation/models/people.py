"""Branches and staff."""

from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiqun.foundation.personal_data import NO_PERSONAL_DATA, PersonalData
from huiqun.foundation.roles import Role
from huiqun.foundation.scope import ScopedQuerySet, within


class BranchQuerySet(ScopedQuerySet):
    def visible_to(self, staff: "Staff") -> "BranchQuerySet":
        if staff.branch is None:
            return self.none()
        return self.filter(path__startswith=staff.branch.path)


class Branch(models.Model):
    """机构. ``path`` is the codes from the head office down, each followed by a dot: ``HO.BJ.BJ01.``"""

    personal_data = NO_PERSONAL_DATA

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=100)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=400, unique=True, editable=False)
    is_open = models.BooleanField(_("open"), default=True)

    objects: ClassVar[Any] = BranchQuerySet.as_manager()

    class Meta:
        ordering = ("path",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(code__regex=r"^[A-Za-z0-9_-]+$"), name="branch_code_is_plain"
            ),
        )

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.path = f"{self.parent.path if self.parent else ''}{self.code}."
        super().save(*args, **kwargs)

    @property
    def level(self) -> int:
        """0 for the head office."""
        return self.path.count(".") - 1

    def covers(self, other: "Branch") -> bool:
        return other.path.startswith(self.path)


class StaffQuerySet(ScopedQuerySet):
    def with_role(self, role: Role) -> "StaffQuerySet":
        return self.filter(is_active=True, roles__role=role)


class StaffManager(BaseUserManager["Staff"]):
    def get_queryset(self) -> StaffQuerySet:
        return StaffQuerySet(self.model, using=self._db)

    def visible_to(self, staff: "Staff") -> StaffQuerySet:
        return self.get_queryset().visible_to(staff)

    def with_role(self, role: Role) -> StaffQuerySet:
        return self.get_queryset().with_role(role)

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "Staff":
        staff = self.model(username=username, **fields)
        staff.set_password(password)
        staff.save(using=self._db)
        return staff


class Staff(AbstractBaseUser, PermissionsMixin):
    """员工. Roles open doors (``StaffRole``); Django's own permissions and superuser flag open none."""

    personal_data = PersonalData(
        fields={"username": "plain", "full_name": "plain", "email": "plain", "phone": "plain"},
        erasure="keep: the bank must be able to show who decided",
    )

    username = models.CharField(_("user name"), max_length=60, unique=True)
    full_name = models.CharField(_("full name"), max_length=60)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(pgettext_lazy("staff", "phone"), max_length=20, blank=True)
    branch = models.ForeignKey(
        Branch, models.PROTECT, null=True, related_name="staff", verbose_name=_("branch")
    )
    language = models.CharField(max_length=10, default="zh-hans")
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[StaffManager] = StaffManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ("username",)

    def __str__(self) -> str:
        return self.full_name or self.username

    @cached_property
    def role_set(self) -> frozenset[str]:
        return frozenset(self.roles.values_list("role", flat=True))

    def has_role(self, *roles: Role) -> bool:
        return not self.role_set.isdisjoint(roles)

    @property
    def role_labels(self) -> list[str]:
        return [str(role.label) for role in Role if role in self.role_set]

    @property
    def is_staff(self) -> bool:
        """Django's admin is not part of the product."""
        return False

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name


class StaffRole(models.Model):
    personal_data = NO_PERSONAL_DATA

    staff = models.ForeignKey(Staff, models.CASCADE, related_name="roles")
    role = models.CharField(max_length=30, choices=Role.choices)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("staff", "role"), name="staff_role_once"),)


__all__ = ["Branch", "Staff", "StaffRole", "within"]
