"""The manners of every door: errors, paging, versions, limits. It knows no noun of the business."""
