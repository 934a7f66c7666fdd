"""What delivery does when lower domains announce something."""

from huiqun.foundation import facts

facts.subscribe("customers.ConsentWithdrawn", "delivery.drop_withdrawn")
