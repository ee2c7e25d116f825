"""The registry document 登记簿文件: read from YAML or a workbook, compared with what is registered, written.

It must not know who hands a file in.
"""
