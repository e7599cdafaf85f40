from django.db import models


class Invoice(models.Model):
    number = models.CharField(max_length=20)
    customer = models.CharField(max_length=50)
    status = models.CharField(max_length=10, choices=[(s, s) for s in ("Open", "Paid", "Overdue")])
    amount = models.DecimalField(max_digits=8, decimal_places=2)
    paid_by_card = models.BooleanField(default=False)

    def __str__(self):
        return self.number
