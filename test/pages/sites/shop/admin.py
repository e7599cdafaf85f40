from django.contrib import admin

from .models import Invoice


@admin.register(Invoice)
class InvoiceAdmin(admin.ModelAdmin):
    list_display = ["number", "customer", "status", "amount"]
    list_filter = ["status"]
    search_fields = ["number", "customer"]
    ordering = ["id"]
    list_per_page = 20
