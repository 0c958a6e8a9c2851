from django import template

from otklik.goodwill.money import money

register = template.Library()
register.filter("money", money)
