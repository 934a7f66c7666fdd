"""What benefits do when lower domains announce something."""

from huiqun.foundation import facts

facts.subscribe("customers.CustomerErased", "benefits.forfeit_points")
