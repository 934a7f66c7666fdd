"""What delivery does when lower domains announce something."""

from huiqun.delivery.actions.notice_mail import can_carry, carry_notice
from huiqun.foundation import facts, notices

facts.subscribe("customers.ConsentWithdrawn", "delivery.drop_withdrawn")
notices.carry_mail_by(carry_notice, ready=can_carry)
